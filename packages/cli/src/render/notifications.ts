import type { DeliveryRecord, NotificationChannels, NotificationPreview } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { plainText } from './plain-text.ts';
import { formatAge } from './quantities.ts';
import { renderTable, type Column } from './table.ts';
import { wrap } from './width.ts';

export function renderDeliveries(
  { style, terminal }: Cli,
  deliveries: readonly DeliveryRecord[],
): readonly string[] {
  const nowMs = terminal.nowMs();
  const paints = { sent: (text: string) => text, pending: style.warning, dead: style.danger };
  const columns: readonly Column<DeliveryRecord>[] = [
    { title: 'ID', value: ({ id }) => id, paint: style.accent, leavesAt: 5 },
    { title: 'AGE', value: ({ createdAt }) => formatAge(createdAt, nowMs) },
    { title: 'STATE', value: ({ state }) => state, paint: (text, { state }) => paints[state](text) },
    { title: 'CHANNEL', value: ({ channel }) => channel, shrinkTo: 8 },
    { title: 'ABOUT', value: ({ about }) => about, leavesAt: 3 },
    { title: 'TRIES', value: ({ attempts }) => String(attempts), align: 'right', leavesAt: 2 },
    {
      title: 'TITLE',
      value: ({ title, lastError, state }) => (state !== 'sent' && lastError ? lastError.message : title),
      shrinkTo: 16,
    },
  ];
  return renderTable(deliveries, columns, { style, width: terminal.stdout.columns });
}

type Channel = NotificationChannels['channels'][number];
type Route = NotificationChannels['routes'][number];

export function renderChannels({ style, terminal }: Cli, channels: readonly Channel[]): readonly string[] {
  if (channels.length === 0) {
    return [
      'There are no channels: nobody is told. Set BACKUP_SLACK_WEBHOOK_URL, BACKUP_WEBHOOK_URL or BACKUP_NOTIFICATION_EMAIL.',
    ];
  }
  const columns: readonly Column<Channel>[] = [
    { title: 'CHANNEL', value: ({ id }) => id, paint: style.accent },
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'TARGET', value: ({ target }) => target, shrinkTo: 20 },
  ];
  return renderTable(channels, columns, { style, width: terminal.stdout.columns });
}

export function renderRoutes({ style, terminal }: Cli, routes: readonly Route[]): readonly string[] {
  if (routes.length === 0) return ['There are no routes: nobody is told.'];
  const columns: readonly Column<Route>[] = [
    { title: 'ROUTE', value: ({ id }) => id, paint: style.accent, shrinkTo: 12 },
    { title: 'WHEN', value: ({ when }) => when, shrinkTo: 20 },
    { title: 'CHANNELS', value: ({ channels }) => channels.join(', '), shrinkTo: 10 },
  ];
  return renderTable(routes, columns, { style, width: terminal.stdout.columns });
}

/** Each message as its receiver would read it. */
export function renderMessages(
  { style, terminal }: Cli,
  messages: NotificationPreview['messages'],
): readonly string[] {
  const width = Math.max(40, (terminal.stdout.columns ?? 100) - 4);
  return messages.flatMap(({ route, channel, kind, title, text }, index) => [
    ...(index === 0 ? [] : ['']),
    `${style.accent('→')} ${style.bold(plainText(channel))} ${style.dim(`(${kind}, by the route ${plainText(route)})`)}`,
    ...wrap(plainText(title), width).map((line) => `  ${style.bold(line)}`),
    ...text.split('\n').flatMap((line) => wrap(plainText(line), width).map((part) => `  ${part}`.trimEnd())),
  ]);
}
