import type { Bucket, Bus, Entry } from '@holdfast/bus';
import { failureOf } from '@holdfast/contracts';
import { patiently, type Spanned } from '@holdfast/runs';
import type { Channel } from '../channels/channel.ts';
import { attempt, type AttemptDependencies } from './attempt.ts';
import { judgePause } from './judge-pause.ts';
import { outcomeEvent } from './outcome-event.ts';
import type { StoredDelivery } from './stored-delivery.ts';
import { Waiting } from './waiting.ts';

const IDLE_MS = 3_600_000;

export type SenderDependencies = AttemptDependencies & {
  readonly bus: Bus;
  readonly deliveries: Bucket<StoredDelivery>;
  readonly spanned: Spanned;
  /** How long an attempt is its replica's own: longer than any takes. Then it is thought dead, and another sends. */
  readonly claimMs: number;
  readonly told: (record: StoredDelivery, outcome: 'sent' | 'failed' | 'dead') => void;
};

export interface Sender {
  /** What waits for the channel, as far as it is known. */
  pending(): number;
  /** Begins nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

/**
 * Sends what waits for one channel, each channel on its own: slowness stays where it is. Replicas agree by compare-and-set:
 * whoever writes the claim sends.
 */
export function startSender(deps: SenderDependencies, channel: Channel, limit?: number): Sender {
  const stopping = new AbortController();
  const waiting = new Waiting(limit);
  const busy = new Map<string, Promise<void>>();
  let unread = 0;
  let failuresInARow = 0;
  let pausedUntilMs = 0;
  const nowMs = (): number => deps.now().getTime();

  async function read(): Promise<void> {
    for await (const change of deps.deliveries.changes({ prefix: channel.id, signal: stopping.signal })) {
      unread = change.unread;
      if (change.value === undefined) waiting.drop(change.key);
      else waiting.put({ key: change.key, value: change.value, revision: change.revision });
      while (waiting.isFull && !stopping.signal.aborted) await waiting.change(IDLE_MS);
    }
  }

  async function pump(): Promise<void> {
    while (!stopping.signal.aborted) {
      const next = waiting.next((key) => !busy.has(key));
      const dueMs = Math.max(next?.dueMs ?? Infinity, pausedUntilMs);
      if (!next || dueMs > nowMs() || busy.size >= channel.concurrency) {
        const waitMs = busy.size >= channel.concurrency ? IDLE_MS : Math.max(1, dueMs - nowMs());
        await waiting.change(Math.min(IDLE_MS, waitMs));
        continue;
      }
      const { key } = next.entry;
      const done = handle(next.entry).finally(() => {
        busy.delete(key);
        waiting.wake();
      });
      busy.set(key, done);
    }
  }

  async function handle(entry: Entry<StoredDelivery>): Promise<void> {
    try {
      const claimed = await claim(entry);
      if (claimed) await deliver(claimed);
    } catch (error) {
      if (failureOf(error).code === 'bus_unavailable') pausedUntilMs = nowMs() + deps.policy.firstDelayMs;
      else deps.onProblem(error, `delivering ${entry.value.id}`);
      // Left as it is on the bus: when its claim is over, it is tried again.
      const nextAttemptAt = new Date(nowMs() + deps.claimMs).toISOString();
      waiting.put({ ...entry, value: { ...entry.value, nextAttemptAt } });
    }
  }

  /** Undefined: another replica has it, or it is over. */
  async function claim({
    key,
    value,
    revision,
  }: Entry<StoredDelivery>): Promise<Entry<StoredDelivery> | undefined> {
    const nextAttemptAt = new Date(nowMs() + deps.claimMs).toISOString();
    const claimed = await deps.deliveries.update(
      key,
      { ...value, attempts: value.attempts + 1, nextAttemptAt },
      revision,
    );
    if (claimed) return claimed;
    const present = await deps.deliveries.get(key);
    if (present) waiting.put(present);
    else waiting.drop(key);
    return undefined;
  }

  async function deliver({ key, value, revision }: Entry<StoredDelivery>): Promise<void> {
    const beganMs = nowMs();
    const { record, failure, retryAfterMs } = await deps.spanned(
      `notify ${channel.kind}`,
      value.event?.traceparent,
      () => attempt(deps, channel, value, new AbortController().signal),
    );
    failuresInARow = failure ? failuresInARow + 1 : 0;
    const mayPass = record.state === 'pending';
    pausedUntilMs = failure && mayPass ? nowMs() + judgePause(failuresInARow, retryAfterMs, deps.policy) : 0;
    // First the event, then the record: what is published twice has one id, what is never published is never known.
    const { signal } = stopping;
    if (record.state !== 'pending')
      await patiently(() => deps.bus.publish(outcomeEvent(record, nowMs() - beganMs, deps.now())), signal);
    const written = await patiently(() => deps.deliveries.update(key, record, revision), signal);
    deps.told(record, record.state === 'pending' ? 'failed' : record.state);
    if (written) waiting.put(written);
    else waiting.drop(key);
  }

  const ended = (what: string) => (error: unknown) => {
    if (!stopping.signal.aborted) deps.onProblem(error, `${what} of channel ${channel.id} ended`);
  };
  const reading = keepReading();
  const pumping = pump().catch(ended('sending'));

  async function keepReading(): Promise<void> {
    while (!stopping.signal.aborted) {
      await read().catch(ended('reading'));
      if (!stopping.signal.aborted) await waiting.change(deps.policy.firstDelayMs);
    }
  }

  return {
    pending: () => waiting.size + unread,
    stop: async () => {
      stopping.abort();
      waiting.wake();
      await Promise.all([reading, pumping, ...busy.values()]);
    },
  };
}
