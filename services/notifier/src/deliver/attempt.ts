import { failureOf, type Envelope, type Failure } from '@holdfast/contracts';
import { NotDelivered, type Channel } from '../channels/channel.ts';
import { render } from '../templates/render.ts';
import type { TemplateFiles } from '../templates/load-templates.ts';
import { judgeAttempt, type RetryPolicy } from './judge-attempt.ts';
import { noticeEvent } from './notice-event.ts';
import type { StoredDelivery } from './stored-delivery.ts';

export type AttemptDependencies = {
  readonly templates: TemplateFiles;
  readonly policy: RetryPolicy;
  readonly now: () => Date;
  /** Of a delivery that is too large to carry its event. */
  readonly readEvent: (sequence: number) => Promise<Envelope | undefined>;
  readonly onProblem: (error: unknown, doing: string) => void;
};

export type Attempted = {
  /** The record afterwards: sent, pending with its next time, or dead. */
  readonly record: StoredDelivery;
  readonly failure?: Failure;
  readonly retryAfterMs?: number | undefined;
};

/** Renders and sends once. `record` counts this attempt already. Never throws. */
export async function attempt(
  deps: AttemptDependencies,
  channel: Channel,
  record: StoredDelivery,
  signal: AbortSignal,
): Promise<Attempted> {
  try {
    const event = await eventOf(deps, record);
    const { rendered, problem } = render(channel, record.payload, event, deps.templates);
    if (problem !== undefined) deps.onProblem(new Error(problem), 'rendering a notification');
    const { refused } = await channel.send({ id: record.id, rendered, done: record.done }, signal);
    const failure: Failure | undefined =
      refused.length === 0
        ? undefined
        : { code: 'delivery_refused', message: `Refused for good by the recipients ${refused.join(', ')}.` };
    const { nextAttemptAt: _, lastError: __, ...rest } = record;
    return {
      record: {
        ...rest,
        state: 'sent',
        sentAt: deps.now().toISOString(),
        ...(failure ? { lastError: failure } : {}),
      },
    };
  } catch (error) {
    const failure = failureOf(error);
    const retryAfterMs = error instanceof NotDelivered ? error.retryAfterMs : undefined;
    const done = error instanceof NotDelivered && error.done.length > 0 ? error.done : record.done;
    const judged = judgeAttempt(
      { failure, attempts: record.attempts, retryAfterMs, jitter: Math.random() },
      deps.policy,
    );
    const { nextAttemptAt: _, ...rest } = record;
    const next = { ...rest, lastError: failure, done: [...done] };
    if (judged.verdict === 'dead') return { record: { ...next, state: 'dead' }, failure };
    const nextAttemptAt = new Date(deps.now().getTime() + judged.delayMs).toISOString();
    return { record: { ...next, nextAttemptAt }, failure, retryAfterMs };
  }
}

async function eventOf(deps: AttemptDependencies, record: StoredDelivery): Promise<Envelope> {
  if (record.event) return record.event;
  const read = record.eventSequence === undefined ? undefined : await deps.readEvent(record.eventSequence);
  return read ?? noticeEvent(record.eventId ?? record.id, record.payload);
}
