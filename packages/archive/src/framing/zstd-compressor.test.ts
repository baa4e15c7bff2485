import { constants, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { copyText, createRandom, noise } from '../../test/bytes.ts';
import { MAX_CHUNK_BYTES } from '../gear.ts';
import { zstdCompressor } from './zstd-compressor.ts';
import { zstdFraming } from './zstd-framing.ts';

/** What zstd makes of a chunk with a context and room of its own. */
const alone = (chunk: Uint8Array, level: number): Buffer =>
  zstdCompressSync(chunk, {
    chunkSize: 2 * MAX_CHUNK_BYTES,
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
      ...(level === 3 ? { [constants.ZSTD_c_minMatch]: 6 } : {}),
    },
  });

/** Text, noise and text that turns to noise, of all lengths that chunks may have. */
function chunksOf(seed: number, count: number): Buffer[] {
  const random = createRandom(seed);
  const text = copyText(4 * MAX_CHUNK_BYTES);
  return Array.from({ length: count }, () => {
    const length = 1 + Math.floor(random() * (random() < 0.3 ? 3_000 : MAX_CHUNK_BYTES));
    const from = Math.floor(random() * (text.length - length));
    const kind = random();
    if (kind < 0.1) return noise(length);
    const chunk = Buffer.from(text.subarray(from, from + length));
    if (kind < 0.3) noise(length >> 1).copy(chunk, length >> 1);
    return chunk;
  });
}

test.each([
  [1, 60],
  [2, 60],
  [3, 240],
  [5, 40],
  [7, 40],
  [9, 40],
  [19, 6],
])('at level %i a frame is the same whatever came before it', { timeout: 120_000 }, async (level, count) => {
  const compressor = zstdCompressor(level);
  const chunks = chunksOf(level, count);
  const frames = new Map<Buffer, Buffer>();
  const left = [...chunks];
  const lane = async (): Promise<void> => {
    for (let chunk = left.pop(); chunk; chunk = left.pop())
      frames.set(chunk, await compressor.compress(chunk));
  };
  await Promise.all([lane(), lane(), lane()]);
  compressor.close();
  for (const chunk of chunks) expect(frames.get(chunk)?.equals(alone(chunk, level))).toBe(true);
});

test('frames stay what they are while others are made', async () => {
  const compressor = zstdCompressor(3);
  const chunks = chunksOf(11, 60);
  const frames: Buffer[] = [];
  for (const chunk of chunks) frames.push(await compressor.compress(chunk));
  compressor.close();
  for (const [at, frame] of frames.entries())
    expect((await zstdFraming.decompress(frame)).equals(chunks[at] ?? Buffer.alloc(0))).toBe(true);
});

test('what is under way when it is closed fails, and what comes after', async () => {
  const compressor = zstdCompressor(19);
  const underWay = Promise.allSettled([1, 2].map(() => compressor.compress(copyText(MAX_CHUNK_BYTES))));
  compressor.close();
  expect((await underWay).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(compressor.compress(copyText(10))).rejects.toThrow('closed');
  compressor.close();
});

test('more than a chunk is refused: its frame might not fit', async () => {
  const compressor = zstdCompressor(3);
  await expect(compressor.compress(Buffer.alloc(MAX_CHUNK_BYTES + 1))).rejects.toThrow(RangeError);
  compressor.close();
});
