import type { Envelope, EventType, RunRecord } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';

/** How far the clocks of those who ask, work and store may be apart. */
const SKEW_MS = 60_000;

export type LoggedEvent = { readonly sequence: number; readonly event: Envelope };
export type RunLog = {
  readonly events: readonly LoggedEvent[];
  /** Whether its request is among them: the stream forgets. */
  readonly isWhole: boolean;
};

/** What was told of a run, between its request and its end. Throws bus_unavailable. */
export async function readLog(
  { bus }: Pick<GatewayDependencies, 'bus'>,
  { id, requestedAt, endedAt }: Pick<RunRecord, 'id' | 'requestedAt' | 'endedAt'>,
): Promise<RunLog> {
  const from = new Date(Date.parse(requestedAt) - SKEW_MS);
  const until = endedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(endedAt) + SKEW_MS;
  const { lastSequence } = await bus.eventsInfo();
  const events: LoggedEvent[] = [];
  for await (const { sequence, timestamp, event } of bus.readEvents(from, { untilSequence: lastSequence })) {
    if (Date.parse(timestamp) > until) break;
    // What is there again, as a dead letter's retry or after hours, is told once.
    if (event?.subject === id && !events.some((known) => known.event.id === event.id))
      events.push({ sequence, event });
  }
  return { events, isWhole: events.some(({ event }) => isRequest(event)) };
}

const REQUESTS: ReadonlySet<string> = new Set<EventType>([
  'backup.requested',
  'backup.delete_requested',
  'backup.copy_requested',
  'restore.requested',
  'restore.undo_requested',
  'validation.requested',
  'retention.cleanup.requested',
]);

/** Whether it asks for a run. Pure. */
export const isRequest = ({ type }: Pick<Envelope, 'type'>): boolean => REQUESTS.has(type);
