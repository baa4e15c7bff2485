import type { Alert } from '@holdfast/contracts';
import { formatCount, formatSpan } from './format.ts';
import type { Payload } from './payload.ts';

/** What ended with the success that `payload` tells of, in words. */
export const describeRecovery = (alert: Alert, at: string): string =>
  `works again after ${formatCount(alert.failures, 'failure')}, ${formatSpan(Date.parse(at) - Date.parse(alert.openedAt))}`;

/** To those who heard of the failures and do not want to hear of successes. */
export const recoveryNotice = (alert: Alert, payload: Payload): Payload => ({
  ...payload,
  about: 'recovery',
  title: `${payload.title}: it ${describeRecovery(alert, payload.at)}`,
  outcome: 'success',
  severity: 'info',
  details: [{ label: 'It began with', value: alert.title }, ...payload.details],
});

export const reminderOf = (alert: Alert, at: string, link: string | undefined): Payload => ({
  about: 'reminder',
  title: `Still so after ${formatSpan(Date.parse(at) - Date.parse(alert.openedAt))}: ${alert.title}`,
  severity: alert.severity,
  outcome: 'failure',
  at,
  database: alert.database,
  details: [
    { label: 'Failures', value: String(alert.failures) },
    { label: 'Since', value: alert.openedAt },
  ],
  advice: 'Nothing has succeeded since; `backup-admin status` shows the present state.',
  link,
  problem: alert.problem,
  resolves: false,
});

export const testNotice = (at: string, link: string | undefined): Payload => ({
  about: 'test',
  title: 'A test: this channel works',
  severity: 'info',
  outcome: 'info',
  at,
  details: [{ label: 'Asked for', value: 'backup-admin notifications test' }],
  link,
  resolves: false,
});
