import { AgeError } from './age-error.ts';
import { findHeader } from './find-header.ts';
import { openHeader } from './open-header.ts';
import { PAYLOAD_NONCE_BYTES, payloadOf, type Payload } from './payload.ts';

export type Start = {
  readonly fileKey: Uint8Array;
  readonly nonce: Buffer;
  readonly payload: Payload;
  /** The payload's chunks, as they come. */
  readonly rest: AsyncIterable<Uint8Array>;
};

/** Reads as far as the payload of a file begins, and opens its header. */
export async function readStart(
  pieces: AsyncGenerator<Uint8Array>,
  identities: readonly string[],
): Promise<Start> {
  let start: Buffer = Buffer.alloc(0);
  for (;;) {
    const next = await pieces.next();
    const nothingFollows = next.done === true;
    if (!nothingFollows) start = Buffer.concat([start, next.value]);
    const opened = await openStart(start, nothingFollows, identities);
    if (opened) return { ...opened, rest: joined(start.subarray(opened.payload.at), pieces) };
  }
}

/** The same for a start that is already there; undefined while it is too short. */
export async function openStart(
  start: Buffer,
  nothingFollows: boolean,
  identities: readonly string[],
): Promise<Omit<Start, 'rest'> | undefined> {
  const headerBytes = findHeader(start, nothingFollows);
  if (headerBytes === undefined) return undefined;
  const at = headerBytes + PAYLOAD_NONCE_BYTES;
  if (start.length < at && !nothingFollows) return undefined;
  const fileKey = await openHeader(start.subarray(0, headerBytes), identities);
  if (start.length < at)
    throw new AgeError('archive_truncated', `The file ends at byte ${start.length}, right after its header.`);
  const nonce = start.subarray(headerBytes, at);
  return { fileKey, nonce, payload: payloadOf(fileKey, nonce, at) };
}

async function* joined(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
