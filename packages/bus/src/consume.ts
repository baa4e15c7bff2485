import { failureOf, HoldfastError } from '@holdfast/contracts';
import type { Msg } from 'nats';
import { parseAckSubject } from './ack-subject.ts';
import type { ConsumeOptions, Subscription } from './bus.ts';
import { ensureDurable, type Durable } from './durable.ts';
import { handleMessage, type Handling } from './handle-message.ts';
import type { Link } from './link.ts';
import { pull, type Pull } from './pull.ts';
import { settledWithin } from './settled-within.ts';
import { trackUnsettled } from './unsettled.ts';

const PAUSE_MS = 250;
const STOP_MS = 10_000;
const ACK_WAIT_MS = 30_000;

export type ConsumeFrame = {
  readonly stream: string;
  /** `''`, or with its dot. */
  readonly prefix: string;
  readonly subscriptions: Set<Subscription>;
};

/**
 * The one place that acknowledges. It asks for as many messages as handlers are free, never for more: what waits in a
 * process would wait against its ack_wait.
 */
export async function consume(
  link: Link,
  frame: ConsumeFrame,
  options: ConsumeOptions,
): Promise<Subscription> {
  const concurrency = options.concurrency ?? 1;
  const ackWaitMs = options.ackWaitMs ?? ACK_WAIT_MS;
  const durable: Durable = {
    stream: frame.stream,
    name: options.durable,
    filterSubject: options.filterSubject === '>' ? undefined : `${frame.prefix}${options.filterSubject}`,
    ordered: options.ordered ?? false,
    ackWaitMs,
  };
  await ensureDurable(link, durable);

  const inFlight = new Map<Promise<void>, Handling>();
  const paused = new AbortController();
  const draining = new AbortController();
  let current: Pull | undefined;
  let slotFreed: () => void = () => undefined;
  const unsettled = trackUnsettled();

  function take(message: Msg): void {
    const as = parseAckSubject(message.reply ?? '');
    if (!as)
      return link.report(
        new HoldfastError('internal', `A delivery without an ack subject: ${message.subject}.`),
      );
    unsettled.taken(as.streamSequence);
    const handling = handleMessage({
      link,
      prefix: frame.prefix,
      options,
      message,
      as,
      draining: draining.signal,
      giveBack: paused.signal.aborted,
      unsettled,
    });
    const done = handling.done.finally(() => {
      inFlight.delete(done);
      slotFreed();
    });
    inFlight.set(done, handling);
  }

  async function run(): Promise<void> {
    while (!paused.signal.aborted) {
      await link.whenConnected(Infinity, paused.signal);
      const free = concurrency - inFlight.size;
      if (free <= 0) {
        await new Promise<void>((resolve) => {
          slotFreed = resolve;
        });
        continue;
      }
      if (paused.signal.aborted) return;
      current = pull(link, durable, free, take);
      const ended = await current.ended;
      if (ended === 'done' || paused.signal.aborted) continue;
      await pause(PAUSE_MS, paused.signal);
      if (ended === 'missing') await restore();
    }
  }

  /** Somebody deleted the durable: the new one goes on where this process was. */
  async function restore(): Promise<void> {
    try {
      await ensureDurable(link, durable, unsettled.nextSequence());
    } catch (error) {
      const failure = failureOf(error);
      link.report(
        new HoldfastError(failure.code, `Consumer ${durable.name} is gone: ${failure.message}`, {
          cause: error,
        }),
      );
    }
  }

  const running = run().catch((error: unknown) => {
    if (!link.closing.aborted) {
      link.report(new HoldfastError('internal', `Consumer ${durable.name} stopped.`, { cause: error }));
    }
  });

  function stopPulling(): void {
    paused.abort();
    slotFreed();
    flushed ??= current?.stop() ?? Promise.resolve();
  }
  let flushed: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  const stop = async (deadlineMs: number): Promise<void> => {
    stopPulling();
    // A handler that is to stop early needs the time for it.
    const warning = setTimeout(() => draining.abort(), warningAfter(deadlineMs));
    const until = performance.now() + deadlineMs;
    await flushed;
    const isOver = await settledWithin([...inFlight.keys()], Math.max(0, until - performance.now()));
    clearTimeout(warning);
    draining.abort();
    if (!isOver) for (const handling of inFlight.values()) handling.abandon();
    subscription.pause();
    await running;
    frame.subscriptions.delete(subscription);
    if (link.isConnected()) await settledWithin([link.connection.flush()], 2_000);
  };
  const subscription: Subscription = {
    pause: stopPulling,
    stop: (deadlineMs = STOP_MS) => (stopped ??= stop(deadlineMs)),
  };
  frame.subscriptions.add(subscription);
  return subscription;
}

const warningAfter = (deadlineMs: number): number => (deadlineMs < 1_000 ? 0 : deadlineMs * 0.8);

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
