import { describe, expect, test } from 'vitest';
import {
  coded,
  decrypt,
  EDGE_LENGTHS,
  encrypt,
  failureOf,
  partsOf,
  withFlippedBit,
} from '../../test/age-files.ts';
import { ALICE, BOB, EVE } from '../../test/age-keys.ts';
import { collect, inPieces, inRandomPieces, noise } from '../../test/bytes.ts';
import { CHUNK_BYTES } from './payload.ts';
import { rewrapAge } from './rewrap-age.ts';

const rewrap = (
  file: Uint8Array,
  recipients = [BOB.recipient],
  identities = [ALICE.identity],
): Promise<Buffer> => collect(rewrapAge(inRandomPieces(file, 7), identities, recipients));

test.each(EDGE_LENGTHS)('%i bytes: a new header, the very same payload', async (length) => {
  const plain = noise(length);
  const file = await encrypt(plain);
  const rewrapped = await rewrap(file, [BOB.recipient, EVE.recipient]);
  const [before, after] = [partsOf(file), partsOf(rewrapped)];
  expect(Buffer.concat([...after.chunks]).equals(Buffer.concat([...before.chunks]))).toBe(true);
  expect(after.start.subarray(-16).equals(before.start.subarray(-16))).toBe(true);
  expect((await decrypt(rewrapped, [BOB.identity])).equals(plain)).toBe(true);
  expect((await decrypt(rewrapped, [EVE.identity])).equals(plain)).toBe(true);
  expect(await failureOf(decrypt(rewrapped, [ALICE.identity]))).toEqual(coded('key_wrong'));
});

test('for the same recipients, still not the same header', async () => {
  const file = await encrypt(noise(10));
  expect((await rewrap(file, [ALICE.recipient])).equals(file)).toBe(false);
});

describe('damage is not passed on', () => {
  const files = encrypt(noise(5 * CHUNK_BYTES));
  test.each([
    ['cut after a whole chunk', (file: Buffer) => file.subarray(0, -CHUNK_BYTES - 16), 'archive_truncated'],
    ['changed', (file: Buffer) => withFlippedBit(file, file.length * 8 - 1), 'archive_corrupt'],
    ['longer', (file: Buffer) => Buffer.concat([file, file]), 'archive_corrupt'],
  ] as const)('a file that is %s', async (_name, damage, code) => {
    expect(await failureOf(rewrap(damage(await files)))).toEqual(coded(code));
  });
});

test('keys that do not fit', async () => {
  const file = await encrypt(noise(10));
  expect(await failureOf(rewrap(file, [BOB.recipient], [EVE.identity]))).toEqual(coded('key_wrong'));
  expect(await failureOf(rewrap(file, [BOB.recipient], []))).toEqual(coded('key_missing'));
  expect(await failureOf(rewrap(file, []))).toEqual(coded('key_missing'));
  expect(await failureOf(rewrap(file, ['age1']))).toEqual(coded('key_invalid'));
  expect(await failureOf(collect(rewrapAge(inPieces(Buffer.from('PGDMP')), [], [])))).toEqual(
    coded('archive_foreign'),
  );
});
