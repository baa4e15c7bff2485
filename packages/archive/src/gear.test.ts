import { expect, test } from 'vitest';
import { collect, copyText, createRandom, inPieces, inRandomPieces, noise } from '../test/bytes.ts';
import { cutChunks } from './cut-chunks.ts';
import { GEAR, MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from './gear.ts';

async function lengthsOf(source: AsyncIterable<Uint8Array>): Promise<number[]> {
  const lengths: number[] = [];
  for await (const chunk of cutChunks(source)) {
    lengths.push(chunk.bytes.length);
    chunk.release();
  }
  return lengths;
}

test('the table is the one that FORMAT.md states', () => {
  expect([GEAR[0], GEAR[1], GEAR[255]]).toEqual([621_355_046, 1_119_812_100, 3_268_762_735]);
  expect(new Set(GEAR).size).toBe(256);
});

test.each([
  ['text', copyText(24 << 20)],
  ['noise', noise(24 << 20)],
])('chunks of %s are about 256 KiB on average, within their bounds', async (_name, bytes) => {
  const lengths = await lengthsOf(inPieces(bytes));
  const average = bytes.length / lengths.length / 1024;
  expect(average).toBeGreaterThan(215);
  expect(average).toBeLessThan(310);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(MAX_CHUNK_BYTES);
  expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThanOrEqual(MIN_CHUNK_BYTES);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes.length);
});

test('what has no pattern is cut at the maximum', async () => {
  expect(await lengthsOf(inPieces(Buffer.alloc(2 * MAX_CHUNK_BYTES + 5)))).toEqual([
    MAX_CHUNK_BYTES,
    MAX_CHUNK_BYTES,
    5,
  ]);
});

test.each([0, 1, MIN_CHUNK_BYTES - 1, MIN_CHUNK_BYTES])('%i bytes are at most one chunk', async (length) => {
  expect(await lengthsOf(inPieces(noise(length)))).toEqual(length === 0 ? [] : [length]);
});

test('the ends do not depend on how the bytes arrive', async () => {
  const bytes = copyText(6 << 20, 7);
  const expected = await lengthsOf(inPieces(bytes, bytes.length));
  for (const length of [1000, 65_536, 1 << 20, 3_000_000])
    expect(await lengthsOf(inPieces(bytes, length))).toEqual(expected);
  for (const seed of [1, 2, 3]) expect(await lengthsOf(inRandomPieces(bytes, seed))).toEqual(expected);
});

test.each([
  ['a byte before everything', (bytes: Buffer) => Buffer.concat([Buffer.from('x'), bytes])],
  [
    'a line in the middle',
    (bytes: Buffer) =>
      Buffer.concat([bytes.subarray(0, 6e6), Buffer.from('one\tmore\n'), bytes.subarray(6e6)]),
  ],
  ['the first 100,000 bytes taken away', (bytes: Buffer) => bytes.subarray(100_000)],
])('%s changes few chunks', async (_name, change) => {
  const bytes = copyText(12 << 20, 5);
  const chunksOf = async (source: Buffer): Promise<string[]> => {
    const chunks: string[] = [];
    for await (const { bytes, release } of cutChunks(inPieces(source))) {
      chunks.push(Buffer.from(bytes).toString('latin1'));
      release();
    }
    return chunks;
  };
  const before = new Set(await chunksOf(bytes));
  const after = await chunksOf(change(bytes));
  expect(after.filter((chunk) => !before.has(chunk)).length).toBeLessThanOrEqual(8);
  expect(after.length).toBeGreaterThan(35);
});

test('nothing is lost, doubled or mixed up when buffers go round', async () => {
  const bytes = noise(5 << 20, 3);
  const random = createRandom(4);
  async function* released(): AsyncGenerator<Uint8Array> {
    for await (const chunk of cutChunks(inRandomPieces(bytes, 9))) {
      yield Uint8Array.from(chunk.bytes);
      if (random() % 2 === 0) chunk.release();
    }
  }
  expect((await collect(released())).equals(bytes)).toBe(true);
});
