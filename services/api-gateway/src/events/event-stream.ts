import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { failureOf } from '@holdfast/contracts';
import type { Caller } from '../auth/caller.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import { eventItem, type EventFeed, type FeedItem } from './event-feed.ts';
import { isFor, type Wanted } from './judge-item.ts';

export type Watch = {
  readonly caller: Caller;
  readonly wanted: Wanted;
  /** Begin behind this sequence, or with what was stored at this time; undefined: now. */
  readonly from: number | Date | undefined;
  /** Asked with each heartbeat: a token may end while somebody watches. */
  readonly mayStay: () => Promise<boolean>;
};

export type Limits = {
  readonly heartbeatMs: number;
  /** What may wait for a client that reads slowly; then it is cut off, and comes back with Last-Event-ID. */
  readonly waitingBytes: number;
  /** How long one that is told the past may take to read on. */
  readonly patienceMs: number;
};
export const LIMITS: Limits = { heartbeatMs: 15_000, waitingBytes: 1_048_576, patienceMs: 30_000 };

/** Server-sent events for one client: what was missed, then what happens. Ends with the client or with the gateway. */
export async function eventStream(
  deps: Pick<GatewayDependencies, 'bus' | 'log' | 'stopping'>,
  feed: EventFeed,
  watch: Watch,
  limits: Limits = LIMITS,
): Promise<Readable> {
  const stream = new PassThrough();
  const closed = new AbortController();
  const isTooSlow = (): boolean => stream.writableLength + stream.readableLength > limits.waitingBytes;
  const write = (text: string): void => {
    if (!stream.writable) return;
    if (isTooSlow()) stream.destroy();
    else stream.write(text);
  };

  // What happens while the past is told waits here; it may be no more than what may wait anyway.
  let waiting: FeedItem[] | undefined = [];
  let waitingBytes = 0;
  const listen = (item: FeedItem): void => {
    if (!isFor(item, watch.wanted, watch.caller)) return;
    if (!waiting) return tell(item);
    if (item.kind === 'progress') return;
    waiting.push(item);
    waitingBytes += item.text.length;
    if (waitingBytes > limits.waitingBytes) stream.destroy();
  };
  const tell = (item: FeedItem): void => {
    // Progress is told again in a moment; only events are worth the wait.
    if (item.kind === 'event' || !stream.writableNeedDrain) write(item.text);
  };

  const leave = await feed.subscribe(listen);
  const heartbeat = setInterval(() => {
    write(':\n\n');
    watch.mayStay().then(
      (may) => void (may || stream.end()),
      // Whoever cannot be asked has not said no.
      () => undefined,
    );
  }, limits.heartbeatMs);
  const signal = AbortSignal.any([closed.signal, deps.stopping]);
  const end = (): void => {
    clearInterval(heartbeat);
    leave();
    closed.abort();
  };
  stream.once('close', end);
  // Cut off while the feed began.
  if (stream.destroyed) end();
  deps.stopping.addEventListener('abort', () => stream.end(), { signal: closed.signal });
  // So that the headers go out at once.
  write(':\n\n');

  const tellPast = async (): Promise<void> => {
    const { lastSequence } = await deps.bus.eventsInfo();
    const { from } = watch;
    let told = from instanceof Date ? 0 : Math.min(from ?? lastSequence, lastSequence);
    if (told < lastSequence) {
      const first = from instanceof Date ? from : told + 1;
      for await (const { sequence, event, retryFor } of deps.bus.readEvents(first, {
        untilSequence: lastSequence,
        signal,
      })) {
        told = sequence;
        if (!event || retryFor !== undefined) continue;
        const item = eventItem(sequence, event);
        if (isFor(item, watch.wanted, watch.caller)) write(item.text);
        if (stream.writableNeedDrain) await drained(stream, signal, limits.patienceMs);
        if (!stream.writable) return;
      }
    }
    const missed = waiting ?? [];
    waiting = undefined;
    for (const item of missed)
      if (item.kind === 'event' && item.sequence > Math.max(told, lastSequence)) tell(item);
  };
  tellPast().catch((error: unknown) => {
    if (!signal.aborted) deps.log.warn({ failure: failureOf(error) }, 'telling missed events');
    stream.end();
  });
  return stream;
}

/** Rejects when the client does not read on in time, or left. */
async function drained(stream: PassThrough, signal: AbortSignal, patienceMs: number): Promise<void> {
  await once(stream, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) });
}
