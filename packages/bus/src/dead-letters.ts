import { envelopeSchema, failureSchema, HoldfastError, subjectOf, type Failure } from '@holdfast/contracts';
import { z } from 'zod';
import type { DeadLetter } from './bus.ts';
import { follow } from './follow.ts';
import { callApi, isJetStreamError, store } from './jetstream-api.ts';
import { DEAD_LETTERS_SUBJECT } from './layout.ts';
import type { Link } from './link.ts';
import { parseJson } from './parse-json.ts';
import { retrySubject } from './retry-subject.ts';

/** What the letter says around the message; enough for the longest reason. */
const FRAME_BYTES = 12_000;

export type Refused = {
  readonly durable: string;
  /** Of the message in the events stream. */
  readonly sequence: number;
  readonly deliveryCount: number;
  readonly reason: Failure;
  readonly raw: Uint8Array;
};

const letterSchema = z.object({
  event: z.unknown(),
  reason: failureSchema,
  durable: z.string(),
  deliveryCount: z.number(),
  at: z.string(),
});

/** Stores the letter, and returns once the broker has it. Sent twice, it is stored once. */
export async function storeDeadLetter(link: Link, prefix: string, refused: Refused): Promise<void> {
  const { durable, sequence, deliveryCount, reason, raw } = refused;
  const limitBytes = (link.connection.info?.max_payload ?? 1_048_576) - FRAME_BYTES;
  const letter = {
    event: eventOf(raw, limitBytes),
    originalSequence: sequence,
    reason,
    durable,
    deliveryCount,
    at: new Date().toISOString(),
  };
  await store(link, `${prefix}${DEAD_LETTERS_SUBJECT}.${durable}`, JSON.stringify(letter), {
    id: `${durable}:${sequence}`,
  });
}

/** JSON stays JSON; anything else is kept byte by byte, as far as a message can hold it. */
function eventOf(raw: Uint8Array, limitBytes: number): unknown {
  const parsed = parseJson(raw);
  if (parsed.ok && raw.byteLength <= limitBytes && isRecord(parsed.value)) return parsed.value;
  const kept = raw.subarray(0, Math.floor((limitBytes * 3) / 4));
  const base64 = Buffer.from(kept).toString('base64');
  return kept.byteLength === raw.byteLength ? { base64 } : { base64, truncated: true };
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;

export async function* readDeadLetters(
  link: Link,
  stream: string,
  sequence?: number,
): AsyncGenerator<DeadLetter> {
  const range = { stream, from: sequence ?? 1, until: sequence ?? ('stored' as const) };
  for await (const { message, as } of follow(link, range)) {
    // The first that is there: another, where the wanted one is gone.
    if (sequence !== undefined && as.streamSequence !== sequence) return;
    const parsed = parseJson(message.data);
    const letter = letterSchema.safeParse(parsed.ok ? parsed.value : undefined);
    if (letter.success) yield { sequence: as.streamSequence, ...letter.data };
    else link.report(new Error(`Dead letter ${as.streamSequence} is not readable and was skipped.`));
  }
}

export async function publishAgain(link: Link, prefix: string, letter: DeadLetter): Promise<void> {
  const envelope = envelopeSchema.safeParse(letter.event);
  if (!envelope.success) {
    const message = `Dead letter ${letter.sequence} holds no event; look at it, then remove it.`;
    throw new HoldfastError('dead_letter_unusable', message);
  }
  const { type, database } = envelope.data;
  const subject = `${prefix}${retrySubject(subjectOf(type, database), letter.durable)}`;
  await store(link, subject, JSON.stringify(envelope.data), { id: `retry:${letter.sequence}` });
}

export async function removeDeadLetter(link: Link, stream: string, sequence: number): Promise<void> {
  try {
    await callApi(link, `STREAM.MSG.DELETE.${stream}`, { seq: sequence, no_erase: true });
  } catch (error) {
    if (isJetStreamError(error, 'messageNotFound') || isJetStreamError(error, 'messageGone')) return;
    throw error;
  }
}
