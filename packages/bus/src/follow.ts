import { setTimeout as delay } from 'node:timers/promises';
import { failureOf } from '@holdfast/contracts';
import { AckPolicy, DeliverPolicy, nuid, ReplayPolicy, type ConsumerInfo, type Msg } from 'nats';
import { parseAckSubject, type DeliveredAs } from './ack-subject.ts';
import { callApi } from './jetstream-api.ts';
import type { Link } from './link.ts';
import { pull, type PullEnd } from './pull.ts';

const BATCH = 256;
const NS_PER_MS = 1_000_000;
/** The server forgets a reader that stopped asking; no reader needs the right to delete consumers. */
const FORGOTTEN_AFTER_MS = 30_000;
const PAUSE_MS = 250;

export type Followed = { readonly message: Msg; readonly as: DeliveredAs };

export type FollowOptions = {
  readonly stream: string;
  readonly filterSubject?: string | undefined;
  /** The first sequence to read, the time from which on, or the last message of every subject. */
  readonly from: number | Date | 'last-per-subject';
  /** End when this sequence was passed, or with `stored` when everything stored at the start was read. */
  readonly until?: number | 'stored';
  readonly signal?: AbortSignal | undefined;
};

/**
 * Reads a stream in its order, without acknowledging, each message once. It starts anew where it was after a
 * disconnection, a lost consumer or a gap. A bounded reading throws bus_unavailable; an unbounded one, once begun, waits.
 */
export async function* follow(link: Link, options: FollowOptions): AsyncGenerator<Followed> {
  const signal = AbortSignal.any([link.closing, ...(options.signal ? [options.signal] : [])]);
  let next: FollowOptions['from'] = options.from;
  let hasBegun = false;
  while (!signal.aborted) {
    try {
      const reader = await openReader(link, options, next);
      let isExhausted = false;
      hasBegun = true;
      if (options.until !== undefined && reader.pending === 0) return;
      for await (const followed of readFrom(link, reader, signal, () => (isExhausted = true))) {
        yield followed;
        next = followed.as.streamSequence + 1;
        if (typeof options.until === 'number' && followed.as.streamSequence >= options.until) return;
        if (options.until !== undefined && followed.as.pending === 0) return;
      }
      // What was pending may have been replaced or removed since: then no message is the last one.
      if (isExhausted) return;
    } catch (error) {
      const mayWait = hasBegun && options.until === undefined && failureOf(error).code === 'bus_unavailable';
      if (!mayWait || link.closing.aborted) throw error;
    }
    if (signal.aborted) return;
    if (options.until === undefined) await link.whenConnected(Infinity, signal);
    await delay(PAUSE_MS, undefined, { ref: false });
  }
}

function startAt(from: FollowOptions['from']) {
  if (from === 'last-per-subject') return { deliver_policy: DeliverPolicy.LastPerSubject };
  if (typeof from === 'number')
    return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: Math.max(1, from) };
  return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: from.toISOString() };
}

type Reader = {
  readonly stream: string;
  readonly name: string;
  readonly pending: number;
  readonly only?: 'stored';
};

async function openReader(link: Link, options: FollowOptions, from: FollowOptions['from']): Promise<Reader> {
  const { stream, filterSubject } = options;
  const name = nuid.next();
  const info = await callApi<ConsumerInfo>(
    link,
    ['CONSUMER.CREATE', stream, name, ...(filterSubject === undefined ? [] : [filterSubject])].join('.'),
    {
      stream_name: stream,
      config: {
        name,
        ...startAt(from),
        ...(filterSubject === undefined ? {} : { filter_subject: filterSubject }),
        ack_policy: AckPolicy.None,
        replay_policy: ReplayPolicy.Instant,
        mem_storage: true,
        num_replicas: 1,
        inactive_threshold: FORGOTTEN_AFTER_MS * NS_PER_MS,
      },
    },
  );
  return {
    stream,
    name,
    pending: info.num_pending,
    ...(options.until === 'stored' ? { only: 'stored' as const } : {}),
  };
}

/** Ends when this consumer can be read no more: it is lost, or a message was. */
async function* readFrom(
  link: Link,
  reader: Reader,
  signal: AbortSignal,
  onExhausted: () => void,
): AsyncGenerator<Followed> {
  let lastConsumerSequence = 0;
  while (!signal.aborted) {
    const arrived: Msg[] = [];
    let received = 0;
    let ended: PullEnd | undefined;
    let wake: () => void = () => undefined;
    const request = pull(link, reader, BATCH, (message) => {
      arrived.push(message);
      received += 1;
      wake();
    });
    const watchEnd = async (): Promise<void> => {
      ended = await request.ended;
      wake();
    };
    void watchEnd();
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        for (let message = arrived.shift(); message; message = arrived.shift()) {
          const as = parseAckSubject(message.reply ?? '');
          if (!as || as.consumerSequence !== lastConsumerSequence + 1) return;
          lastConsumerSequence = as.consumerSequence;
          yield { message, as };
          if (signal.aborted) return;
        }
        if (signal.aborted) return;
        if (ended) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (ended === undefined) await request.stop();
    }
    if (ended !== 'done') return;
    if (reader.only === 'stored' && received < BATCH) {
      onExhausted();
      return;
    }
  }
}
