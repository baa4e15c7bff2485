import type { Alert } from '@holdfast/contracts';
import type { Payload } from '../payload/payload.ts';

export type AlertChange = {
  /** To be written after everybody was told; undefined: as it is. */
  readonly next?: Alert;
  /** The problem that this ends. */
  readonly ended?: Alert;
};

/** What an event does to the problem that it speaks of. An event that was counted before changes nothing. */
export function judgeAlert(present: Alert | undefined, payload: Payload, sequence: number): AlertChange {
  const { problem } = payload;
  if (problem === undefined || (present && sequence <= present.sequence)) return {};
  if (payload.resolves) {
    // A success of before the first failure ends nothing.
    if (!present?.isOpen || payload.at < present.openedAt) return {};
    return { ended: present, next: { ...present, isOpen: false, closedAt: payload.at, sequence } };
  }
  if (payload.outcome !== 'failure' && payload.outcome !== 'warning') return {};
  const latest = {
    problem,
    isOpen: true,
    about: payload.about,
    severity: payload.severity,
    ...(payload.database === undefined ? {} : { database: payload.database }),
    title: payload.title,
    lastToldAt: payload.at,
    sequence,
  };
  if (!present?.isOpen) return { next: { ...latest, openedAt: payload.at, failures: 1, reminders: 0 } };
  return {
    next: {
      ...latest,
      openedAt: present.openedAt,
      failures: present.failures + 1,
      reminders: present.reminders,
    },
  };
}

/** Whether it is time to tell of an open problem again. */
export const isReminderDue = (
  alert: Pick<Alert, 'isOpen'>,
  lastToldMs: number,
  nowMs: number,
  remindMs: number,
): boolean => alert.isOpen && remindMs > 0 && nowMs - lastToldMs >= remindMs;
