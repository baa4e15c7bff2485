import { expect } from 'vitest';
import type { AgeErrorCode } from '../src/age/age-error.ts';
import { decryptAge } from '../src/age/decrypt-age.ts';
import { encryptAge } from '../src/age/encrypt-age.ts';
import { openAge, type OpenedAge } from '../src/age/open-age.ts';
import { CHUNK_BYTES, STORED_CHUNK_BYTES } from '../src/age/payload.ts';
import { ALICE } from './age-keys.ts';
import { collect, inPieces } from './bytes.ts';

export const KIB = 1024;
/** Contents of these lengths end at, before and after the edges of chunks and of batches of chunks. */
export const EDGE_LENGTHS: readonly number[] = [0, 1, 2, 4, 5, 8].flatMap((chunks) =>
  [-1, 0, 1].map((beside) => chunks * CHUNK_BYTES + beside).filter((length) => length >= 0),
);

export const encrypt = (plain: Uint8Array, recipients = [ALICE.recipient]): Promise<Buffer> =>
  collect(encryptAge(inPieces(plain), recipients));

export const decrypt = (file: Uint8Array, identities = [ALICE.identity]): Promise<Buffer> =>
  collect(decryptAge(inPieces(file), identities));

export const openFile = (file: Uint8Array, identities = [ALICE.identity]): Promise<OpenedAge> =>
  openAge(async (start, endExclusive) => file.subarray(start, endExclusive), file.length, identities);

export const coded = (...codes: AgeErrorCode[]): unknown =>
  expect.objectContaining({ name: 'AgeError', code: expect.toBeOneOf(codes) });

/** What `work` ends with; undefined for a normal end. */
export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** The file in its parts: what stands before the chunks, and each chunk. */
export function partsOf(file: Buffer): { readonly start: Buffer; readonly chunks: readonly Buffer[] } {
  const payloadAt = file.indexOf('\n', file.indexOf('\n---') + 1) + 1 + 16;
  const chunks: Buffer[] = [];
  for (let at = payloadAt; at < file.length; at += STORED_CHUNK_BYTES)
    chunks.push(file.subarray(at, at + STORED_CHUNK_BYTES));
  return { start: file.subarray(0, payloadAt), chunks };
}

export function withFlippedBit(file: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(file);
  changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return changed;
}
