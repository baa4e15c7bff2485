import { ConfigError } from '@holdfast/service-kit';

export type SmtpOptions = {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly requireTLS: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
};

/**
 * `smtps://` speaks TLS from the first byte, `smtp://` as soon as the server offers it. A password goes over TLS only, except
 * to this very machine.
 */
export function smtpOptions(text: string): SmtpOptions {
  const url = URL.parse(text);
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    throw new ConfigError(['SMTP_URL must be smtp://host:587 or smtps://user:password@host.']);
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const auth =
    url.username === ''
      ? undefined
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  const isHere = ['localhost', '127.0.0.1', '::1'].includes(host);
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: auth !== undefined && !secure && !isHere,
    ...(auth ? { auth } : {}),
  };
}
