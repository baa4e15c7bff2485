import type { EventData, EventType, Failure } from '@holdfast/contracts';
import { adviceFor } from './advice.ts';
import type { Context } from './context.ts';
import type { Outcome, Payload } from './payload.ts';

/** What one type's function says; what every event has (type, time, database, run, link) is added by `describe`. */
export type Facts = Partial<Omit<Payload, 'about' | 'at' | 'details'>> & {
  readonly title: string;
  readonly outcome: Outcome;
  readonly details?: readonly { readonly label: string; readonly value: string }[];
};

export type About = {
  /** `app`, or `the system` where the event has no database. */
  readonly name: string;
  readonly database: string | undefined;
  readonly subject: string;
  readonly context: Context;
};

export type Describers<T extends EventType> = {
  readonly [K in T]: (data: EventData<K>, about: About) => Facts;
};

/** A failure with its advice. */
export const failed = (title: string, error: Failure, attempts?: number): Facts => ({
  title,
  outcome: 'failure',
  severity: 'critical',
  error,
  advice: adviceFor(error.code),
  ...(attempts === undefined ? {} : { details: [{ label: 'Attempts', value: String(attempts) }] }),
});

export const progress = (title: string, details: Facts['details'] = []): Facts => ({
  title,
  outcome: 'progress',
  details,
});

export const cancelledBy = (
  title: string,
  { by, reason }: { by: string; reason?: string | undefined },
): Facts => ({
  title,
  outcome: 'warning',
  severity: 'warning',
  details: [
    { label: 'By', value: by },
    ...(reason === undefined ? [] : [{ label: 'Reason', value: reason }]),
  ],
});

export const detail = (label: string, value: string | number | undefined) =>
  value === undefined || value === '' ? [] : [{ label, value: String(value) }];
