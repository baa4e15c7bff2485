import { failureOf, HoldfastError, type Envelope, type Failure } from '@holdfast/contracts';
import type { Msg } from 'nats';
import type { DeliveredAs } from './ack-subject.ts';
import type { ConsumeOptions, Delivery } from './bus.ts';
import { storeDeadLetter } from './dead-letters.ts';
import { judgeFailure } from './judge-failure.ts';
import type { Link } from './link.ts';
import { readEnvelope } from './read-envelope.ts';
import { RetryLater } from './retry-later.ts';
import { addressOf } from './retry-subject.ts';
import type { Unsettled } from './unsettled.ts';

const NS_PER_MS = 1_000_000;
const MAX_DELIVERIES = 20;
const WORKING_EVERY_MS = 10_000;
/** After a dead letter that could not be stored. */
const AGAIN_MS = 5_000;

export type Arrived = {
  readonly link: Link;
  readonly prefix: string;
  readonly options: ConsumeOptions;
  readonly message: Msg;
  readonly as: DeliveredAs;
  readonly draining: AbortSignal;
  /** It came after we stopped: another is to have it. */
  readonly giveBack: boolean;
  readonly unsettled: Unsettled;
};

export interface Handling {
  /** Never rejects. */
  readonly done: Promise<void>;
  /** Gives the message back now, whatever its handler still does. */
  abandon(): void;
}

/** Brings one message from its arrival to its one acknowledgement. */
export function handleMessage(arrived: Arrived): Handling {
  const { link, message, as, options } = arrived;
  let isAnswered = false;
  const say = (verb: string): void => {
    if (link.isConnected()) message.respond(verb);
  };
  const answer = (verb: string): void => {
    if (isAnswered) return;
    isAnswered = true;
    clearInterval(working);
    // An answer outlives a disconnection: without it the work would be done again.
    link.whenConnected(Infinity).then(
      () => say(verb),
      (error: unknown) => link.report(problem(`Message ${as.streamSequence} stays unacknowledged.`, error)),
    );
  };
  const finish = (verb: '+ACK' | '+TERM'): void => {
    answer(verb);
    arrived.unsettled.settled(as.streamSequence);
  };
  const again = (delayMs: number): void => {
    answer(`-NAK ${JSON.stringify({ delay: Math.max(1, Math.round(delayMs * NS_PER_MS)) })}`);
    arrived.unsettled.returned(as.streamSequence, delayMs);
  };
  const working = setInterval(() => say('+WPI'), options.workingEveryMs ?? WORKING_EVERY_MS);

  const handle = async (): Promise<void> => {
    if (arrived.giveBack) return again(0);
    try {
      await decideAndDo(arrived, { accept: () => finish('+ACK'), giveUp: () => finish('+TERM'), again });
    } catch (error) {
      // Not stored as a dead letter: it stays where it is, and comes back.
      link.report(problem(`Message ${as.streamSequence} of ${options.durable} comes again.`, error));
      again(AGAIN_MS);
    }
  };
  return { done: handle(), abandon: () => again(0) };
}

type Answers = { accept(): void; giveUp(): void; again(delayMs: number): void };

async function decideAndDo(arrived: Arrived, answers: Answers): Promise<void> {
  const { options, message, as } = arrived;
  const { subject, retryFor } = addressOf(message.subject.slice(arrived.prefix.length));
  if (retryFor !== undefined && retryFor !== options.durable) return answers.accept();
  const read = readEnvelope(message.data, subject);
  if (!read.ok) return giveUp(arrived, answers, read.reason);
  const delivery = deliveryOf(arrived, read.event);
  const maxDeliveries = options.maxDeliveries ?? MAX_DELIVERIES;
  // Before the handler: a message that kills its process never gets to the catch below.
  if (as.deliveryCount > maxDeliveries) {
    const message = `Delivered ${as.deliveryCount} times without success; the limit is ${maxDeliveries}.`;
    return giveUp(arrived, answers, { code: 'worker_lost', message }, delivery);
  }
  try {
    await options.handle(delivery);
  } catch (error) {
    const failure = failureOf(error);
    const judgement = judgeFailure({
      failure,
      deliveryCount: as.deliveryCount,
      maxDeliveries,
      retryAfterMs: error instanceof RetryLater ? error.delayMs : undefined,
      jitter: Math.random(),
    });
    if (judgement.verdict === 'dead-letter') return giveUp(arrived, answers, failure, delivery);
    if (failure.code === 'internal' && !(error instanceof RetryLater)) {
      arrived.link.report(
        problem(`Handling event ${read.event.id} at ${options.durable} failed; it comes again.`, error),
      );
    }
    return answers.again(judgement.delayMs);
  }
  return answers.accept();
}

/** The letter first, the end of the message second: a crash between the two stores the letter twice at worst. */
async function giveUp(
  arrived: Arrived,
  answers: Answers,
  reason: Failure,
  delivery?: Delivery,
): Promise<void> {
  const { link, prefix, options, message, as } = arrived;
  await storeDeadLetter(link, prefix, {
    durable: options.durable,
    sequence: as.streamSequence,
    deliveryCount: as.deliveryCount,
    reason,
    raw: message.data,
  });
  answers.giveUp();
  if (!delivery || !options.onDeadLetter) return;
  try {
    await options.onDeadLetter(delivery, reason);
  } catch (error) {
    link.report(problem(`Telling of the dead letter of event ${delivery.event.id} failed.`, error));
  }
}

function deliveryOf(arrived: Arrived, event: Envelope): Delivery {
  const { as, draining } = arrived;
  return {
    event,
    sequence: as.streamSequence,
    deliveryCount: as.deliveryCount,
    redelivered: as.deliveryCount > 1,
    timestamp: new Date(as.timestampMs).toISOString(),
    signal: draining,
  };
}

const problem = (message: string, cause: unknown) => {
  const failure = failureOf(cause);
  return new HoldfastError(failure.code, `${message} ${failure.message}`, { cause });
};
