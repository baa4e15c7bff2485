import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Mail = { readonly to: readonly string[]; readonly text: string };

export interface MailReceiver {
  readonly port: number;
  readonly mails: readonly Mail[];
  /** An SMTP answer for a recipient, each time; undefined: taken. */
  refuse(recipient: string, code: number | undefined): void;
  stop(): Promise<void>;
}

/** A mail server; with `password` it wants one. */
export async function startMailReceiver(password?: string): Promise<MailReceiver> {
  const mails: Mail[] = [];
  const refused = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: password === undefined,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, callback) => {
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
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
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
