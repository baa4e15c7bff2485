import type { EventType } from '@holdfast/contracts';
import { formatSpan } from './format.ts';
import { detail, progress, type Describers } from './facts.ts';
import { adviceFor } from './advice.ts';

export type PeopleEvent = Extract<EventType, `notification.${string}` | `audit.${string}`>;

export const peopleFacts: Describers<PeopleEvent> = {
  'notification.sent': ({ about, channel, durationMs }) =>
    progress(`A notification about ${about} was sent to ${channel}`, detail('Took', formatSpan(durationMs))),
  'notification.failed': ({ about, channel, attempts, error }) => ({
    title: `Channel ${channel} did not take a notification about ${about}`,
    // Of a channel that fails at telling of failing channels nobody is told: it would never end.
    outcome: about === 'notification.failed' ? 'progress' : 'failure',
    severity: 'warning',
    notTo: channel,
    error,
    advice: adviceFor(error.code),
    details: detail('Attempts', attempts),
  }),
  'audit.recorded': ({ action, who, outcome, target }) => ({
    title: `${who}: ${action} (${outcome})`,
    outcome: 'info',
    details: detail('Target', target),
  }),
};
