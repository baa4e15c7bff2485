import { redactText } from '@holdfast/service-kit';
import { createTransport } from 'nodemailer';
import { assertKind } from './assert-kind.ts';
import { NotDelivered, type Accepted, type Channel, type Message } from './channel.ts';
import { isPermanent, judgeRecipients, type RecipientAnswer } from './judge-smtp.ts';
import { smtpOptions } from './smtp-options.ts';

export type EmailConfig = {
  readonly id: string;
  readonly to: readonly string[];
  readonly smtpUrl: string;
  readonly from: string;
};

const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

/** Mail over SMTP. Recipients that took a message are left out when it is sent again to the others. */
export function emailChannel(config: EmailConfig): Channel {
  const options = smtpOptions(config.smtpUrl);
  const transport = createTransport({
    ...options,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const target = `mail to ${config.to.join(', ')} over ${options.host}`;

  async function send({ id, rendered, done }: Message): Promise<Accepted> {
    const { mail } = assertKind(rendered, 'email');
    const to = config.to.filter((recipient) => !done.includes(recipient));
    if (to.length === 0) return { refused: [] };
    try {
      const sent = await transport.sendMail({
        from: config.from,
        to: config.to.join(', '),
        envelope: { from: config.from, to: [...to] },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        // What receivers recognise a duplicate by.
        messageId: `<${id}@holdfast>`,
        headers: { 'X-Holdfast-Delivery': id, 'Auto-Submitted': 'auto-generated' },
      });
      const rejected = rejectedOf(sent);
      const { later, never } = judgeRecipients(rejected);
      if (later.length === 0) return { refused: never };
      const missing = [...later, ...never];
      throw new NotDelivered(
        'delivery_failed',
        `The mail server at ${options.host} does not take mail for ${later.join(', ')} now; it is tried again.`,
        { done: [...done, ...to.filter((recipient) => !missing.includes(recipient))] },
      );
    } catch (error) {
      throw error instanceof NotDelivered ? error : explain(error, options.host);
    }
  }
  return { id: config.id, kind: 'email', target, concurrency: 1, send };
}

function explain(error: unknown, host: string): NotDelivered {
  const rejected = rejectedOf(error);
  if (rejected.length > 0) {
    const { later, never } = judgeRecipients(rejected);
    const who = rejected.map(({ recipient }) => recipient).join(', ');
    return later.length > 0
      ? new NotDelivered(
          'delivery_failed',
          `The mail server at ${host} does not take mail for ${who} now; it is tried again.`,
        )
      : new NotDelivered(
          'delivery_refused',
          `The mail server at ${host} knows no ${never.join(', ')}; correct the recipients.`,
        );
  }
  const { responseCode, code } = error as { readonly responseCode?: number; readonly code?: string }; // nodemailer's own fields
  const said = redactText(error instanceof Error ? error.message : String(error));
  if (isOfCertificate(error)) {
    const trust = `${said}; if it is right, give its CA in NODE_EXTRA_CA_CERTS`;
    return new NotDelivered(
      'delivery_failed',
      `The certificate of the mail server at ${host} is not trusted: ${trust}. It is tried again.`,
    );
  }
  if (code === 'EAUTH' && isPermanent(responseCode))
    return new NotDelivered(
      'delivery_refused',
      `The mail server at ${host} refuses the credentials (${responseCode}); correct SMTP_URL.`,
    );
  if (isPermanent(responseCode))
    return new NotDelivered('delivery_refused', `The mail server at ${host} refused the mail: ${said}`);
  return new NotDelivered(
    'delivery_failed',
    `The mail server at ${host} did not take the mail: ${said}; it is tried again.`,
  );
}

/** OpenSSL's own words for what is wrong with one. */
const isOfCertificate = (error: unknown): boolean =>
  error instanceof Error && /\bcertificate\b|altnames/i.test(error.message);

type Rejecting = {
  readonly rejectedErrors?: readonly { readonly recipient?: string; readonly responseCode?: number }[];
};

const rejectedOf = (answer: unknown): readonly RecipientAnswer[] =>
  ((answer as Rejecting | undefined)?.rejectedErrors ?? []).map(({ recipient, responseCode }) => ({
    recipient: recipient ?? '',
    responseCode,
  }));
