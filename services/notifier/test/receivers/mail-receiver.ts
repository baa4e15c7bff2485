import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Mail = {
  readonly to: readonly string[];
  readonly text: string;
  /** Whether it came over TLS. */
  readonly secure: boolean;
};

export type MailServer = {
  /** Who sends must know it. */
  readonly password?: string;
  readonly tls?: { readonly key: string; readonly cert: string; readonly mode: 'immediate' | 'starttls' };
};

export interface MailReceiver {
  readonly port: number;
  readonly mails: readonly Mail[];
  /** How often a password came. */
  readonly logins: number;
  /** An SMTP answer for a recipient, each time; undefined: taken. */
  refuse(recipient: string, code: number | undefined): void;
  stop(): Promise<void>;
}

/** A mail server. */
export async function startMailReceiver({ password, tls }: MailServer = {}): Promise<MailReceiver> {
  const mails: Mail[] = [];
  const refused = new Map<string, number>();
  let logins = 0;
  const server = new SMTPServer({
    authOptional: password === undefined,
    disabledCommands: tls?.mode === 'starttls' ? [] : ['STARTTLS'],
    allowInsecureAuth: tls === undefined,
    secure: tls?.mode === 'immediate',
    ...(tls ? { key: tls.key, cert: tls.cert } : {}),
    onAuth: (auth, _session, callback) => {
      logins += 1;
      if (auth.password === password) return callback(null, { user: auth.username ?? 'somebody' });
      return callback(Object.assign(new Error('wrong password'), { responseCode: 535 }));
    },
    onRcptTo: ({ address }, _session, callback) => {
      const code = refused.get(address);
      callback(
        code === undefined ? null : Object.assign(new Error('not now or never'), { responseCode: code }),
      );
    },
    onData: (stream, session, callback) => {
      let text = '';
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, text, secure: session.secure });
        callback(null);
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo; // it listens on TCP
  return {
    port,
    mails,
    get logins() {
      return logins;
    },
    refuse: (recipient, code) => {
      if (code === undefined) refused.delete(recipient);
      else refused.set(recipient, code);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
}
