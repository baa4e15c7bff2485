import type { ChannelConfig } from './channel-config.ts';
import type { Route } from './route.ts';

export type ChannelSettings = {
  readonly BACKUP_SLACK_WEBHOOK_URL?: string | undefined;
  readonly BACKUP_WEBHOOK_URL?: string | undefined;
  readonly BACKUP_WEBHOOK_SECRET?: string | undefined;
  readonly BACKUP_WEBHOOK_HEADERS?: string | undefined;
  readonly BACKUP_NOTIFICATION_EMAIL?: string | undefined;
  readonly SMTP_URL?: string | undefined;
  readonly SMTP_FROM: string;
};

/** The channels that the environment describes: `slack`, `webhook`, `email`. `problems`: what is half described. */
export function planChannels(settings: ChannelSettings): {
  readonly channels: readonly ChannelConfig[];
  readonly problems: readonly string[];
} {
  const slack = settings.BACKUP_SLACK_WEBHOOK_URL;
  const webhook = settings.BACKUP_WEBHOOK_URL;
  const to = listed(settings.BACKUP_NOTIFICATION_EMAIL);
  const smtpUrl = settings.SMTP_URL;
  const headers = parseHeaders(settings.BACKUP_WEBHOOK_HEADERS ?? '');
  const channels: ChannelConfig[] = [
    ...(slack === undefined ? [] : [{ id: 'slack', kind: 'slack', url: slack } as const]),
    ...(webhook === undefined
      ? []
      : [
          {
            id: 'webhook',
            kind: 'webhook',
            url: webhook,
            secrets: listed(settings.BACKUP_WEBHOOK_SECRET),
            headers: headers ?? {},
          } as const,
        ]),
    ...(to.length === 0 || smtpUrl === undefined
      ? []
      : [{ id: 'email', kind: 'email', to, smtpUrl, from: settings.SMTP_FROM } as const]),
  ];
  return {
    channels,
    problems: [
      ...(to.length > 0 && smtpUrl === undefined
        ? ['BACKUP_NOTIFICATION_EMAIL is set but SMTP_URL is not: no mail can be sent.']
        : []),
      ...(headers === undefined ? ['BACKUP_WEBHOOK_HEADERS: each line must be "Name: value".'] : []),
    ],
  };
}

/** What the seed tells of: failures and warnings, and the successes that people wait for. */
export function planRoutes(
  channels: readonly ChannelConfig[],
  { success, failure }: { readonly success: boolean; readonly failure: boolean },
): readonly Route[] {
  const ids = channels.map(({ id }) => id);
  if (ids.length === 0) return [];
  return [
    ...(failure
      ? [
          {
            id: 'failures',
            channels: ids,
            outcomes: ['failure', 'warning'],
            recoveries: true,
            reminders: true,
          } as const,
        ]
      : []),
    ...(success
      ? [
          {
            id: 'successes',
            channels: ids,
            types: ['backup.completed', 'restore.*', 'validation.completed'],
            outcomes: ['success'],
            recoveries: false,
            reminders: false,
          } as const,
        ]
      : []),
  ];
}

const listed = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(/[,\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** Undefined: a line is no header. */
export function parseHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, name, value] = /^\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    headers[name] = value;
  }
  return headers;
}
