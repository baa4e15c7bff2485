import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coded,
  EDGE_LENGTHS,
  encrypt,
  failureOf,
  KIB,
  openFile,
  partsOf,
  withFlippedBit,
} from '../../test/age-files.ts';
import { ALICE, BOB } from '../../test/age-keys.ts';
import { noise } from '../../test/bytes.ts';
import { openAge } from './open-age.ts';
import { CHUNK_BYTES, STORED_CHUNK_BYTES } from './payload.ts';

const plain = noise(5 * CHUNK_BYTES + 1000);
const files = encrypt(plain);

/** Opens the file and notes which bytes of it are asked for. */
async function watched(file: Buffer) {
  const ranges: (readonly [number, number])[] = [];
  const opened = await openAge(
    async (start, endExclusive) => {
      ranges.push([start, endExclusive]);
      return file.subarray(start, endExclusive);
    },
    file.length,
    [ALICE.identity],
  );
  return { opened, taken: () => ranges.splice(0) };
}

test('any range is the slice, cut to what is there', async () => {
  const place = fc.oneof(fc.nat(plain.length + 10), fc.constantFrom(...EDGE_LENGTHS));
  const opened = await openFile(await files);
  expect(opened.sizeBytes).toBe(plain.length);
  await fc.assert(
    fc.asyncProperty(place, place, async (start, end) => {
      expect(plain.subarray(start, Math.max(start, end)).equals(await opened.readRange(start, end))).toBe(
        true,
      );
    }),
    { numRuns: 300 },
  );
});

test.each(EDGE_LENGTHS)('a content of %i bytes: its size, its last byte and the whole', async (length) => {
  const content = noise(length);
  const opened = await openFile(await encrypt(content));
  expect(opened.sizeBytes).toBe(length);
  expect(content.subarray(-1).equals(await opened.readRange(Math.max(0, length - 1), length))).toBe(true);
  expect(content.equals(await opened.readRange(0, length))).toBe(true);
});

describe('reads', () => {
  test('header and last chunk to open it, then only the chunks that a range touches, at once', async () => {
    const file = await files;
    const { start } = partsOf(file);
    const { opened, taken } = await watched(file);
    const storedAt = (chunk: number): number => start.length + chunk * STORED_CHUNK_BYTES;
    expect(taken()).toEqual([
      [0, 4096],
      [storedAt(5), file.length],
    ]);
    for (const [from, to, chunks] of [
      [0, 1, [0, 1]],
      [CHUNK_BYTES - 1, CHUNK_BYTES, [0, 1]],
      [CHUNK_BYTES, CHUNK_BYTES + 1, [1, 2]],
      [CHUNK_BYTES - 1, CHUNK_BYTES + 1, [0, 2]],
      [CHUNK_BYTES + 5, 4 * CHUNK_BYTES, [1, 4]],
      [4 * CHUNK_BYTES, plain.length, [4, 5]],
    ] as const) {
      await opened.readRange(from, to);
      expect(taken()).toEqual([[storedAt(chunks[0]), storedAt(chunks[1])]]);
    }
  });

  test('nothing for what the last chunk has, or for an empty range', async () => {
    const { opened, taken } = await watched(await files);
    taken();
    await opened.readRange(5 * CHUNK_BYTES, plain.length);
    await opened.readRange(7, 7);
    await opened.readRange(plain.length, plain.length + 100);
    expect(taken()).toEqual([]);
  });

  test('a small file once, plus its only chunk', async () => {
    const file = await encrypt(noise(100));
    const { taken } = await watched(file);
    expect(taken()).toEqual([
      [0, file.length],
      [partsOf(file).start.length, file.length],
    ]);
  });

  test('a header of many recipients in a second step', async () => {
    const file = await encrypt(plain, [...Array.from({ length: 60 }, () => BOB.recipient), ALICE.recipient]);
    const { opened, taken } = await watched(file);
    expect(taken().slice(0, 2)).toEqual([
      [0, 4096],
      [0, 64 * KIB + 16],
    ]);
    expect(plain.equals(await opened.readRange(0, plain.length))).toBe(true);
  });
});

test('what is given away may be changed', async () => {
  const opened = await openFile(await files);
  const end = plain.length;
  (await opened.readRange(end - 10, end)).fill(0);
  expect(plain.subarray(-10).equals(await opened.readRange(end - 10, end))).toBe(true);
});

test('a changed chunk is seen when it is read, the others can be', async () => {
  const file = await files;
  const { start } = partsOf(file);
  const changed = withFlippedBit(file, (start.length + 2 * STORED_CHUNK_BYTES + 9) * 8);
  const opened = await openFile(changed);
  expect(plain.subarray(0, 10).equals(await opened.readRange(0, 10))).toBe(true);
  expect(await failureOf(opened.readRange(2 * CHUNK_BYTES + 60_000, 2 * CHUNK_BYTES + 60_001))).toEqual(
    coded('archive_corrupt'),
  );
  expect(await failureOf(opened.readRange(0, plain.length))).toEqual(coded('archive_corrupt'));
});

test('a file that became shorter since is archive_truncated', async () => {
  let file = await files;
  const opened = await openAge(async (start, end) => file.subarray(start, end), file.length, [
    ALICE.identity,
  ]);
  file = file.subarray(0, 100_000);
  expect(await failureOf(opened.readRange(CHUNK_BYTES, CHUNK_BYTES + 1))).toEqual(coded('archive_truncated'));
});

test.each([
  [-1, 5],
  [0.5, 5],
  [0, NaN],
])('%d to %d is no range', async (start, end) => {
  const opened = await openFile(await files);
  expect(await failureOf(opened.readRange(start, end))).toBeInstanceOf(RangeError);
});

test('a read that fails is passed on', async () => {
  const failure = new Error('the disk is gone');
  expect(await failureOf(openAge(() => Promise.reject(failure), 1000, [ALICE.identity]))).toBe(failure);
});
