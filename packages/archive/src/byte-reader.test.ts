import { expect, test } from 'vitest';
import { collect, inPieces, inRandomPieces, noise } from '../test/bytes.ts';
import { readBytes } from './byte-reader.ts';

const bytes = noise(5000, 2);

test.each([1, 2, 7, 100, 4999, 5000])('in pieces of %i bytes: takes, peeks and counts', async (length) => {
  const reader = readBytes(inPieces(bytes, length));
  let at = 0;
  for (const wanted of [3, 1, 500, 0, 1496, 2000]) {
    expect(await reader.has(wanted + 5)).toBe(true);
    expect(reader.peek(wanted, 5)).toEqual(bytes.subarray(at + wanted, at + wanted + 5));
    expect(reader.take(wanted)).toEqual(bytes.subarray(at, at + wanted));
    at += wanted;
    expect(reader.position).toBe(at);
  }
  expect(await reader.has(1000)).toBe(true);
  expect(await reader.has(1001)).toBe(false);
  await expect(reader.need(1001)).rejects.toThrow(
    expect.objectContaining({ code: 'archive_truncated', message: expect.stringContaining('byte 5000') }),
  );
  expect((await collect(reader.rest())).equals(bytes.subarray(4000))).toBe(true);
  expect(reader.position).toBe(5000);
});

test('the rest is what was not taken', async () => {
  const reader = readBytes(inRandomPieces(noise(400_000), 3));
  await reader.need(10);
  reader.take(10);
  expect((await collect(reader.rest())).equals(noise(400_000).subarray(10))).toBe(true);
});

test('bytes of one piece are not copied', async () => {
  const reader = readBytes(inPieces(bytes, 5000));
  await reader.need(20);
  expect(reader.take(20).buffer).toBe(bytes.buffer);
});

test('closing does not wait for a silent source', async () => {
  const reader = readBytes(
    (async function* () {
      yield bytes;
      await new Promise(() => undefined);
    })(),
  );
  await reader.need(5000);
  void reader.has(5001);
  await reader.close();
  expect(reader.position).toBe(0);
});
