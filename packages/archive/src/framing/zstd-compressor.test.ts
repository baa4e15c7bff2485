import { randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { MAX_CHUNK_BYTES } from '../gear.ts';
import { zstdFrameOf } from './zstd-compressor.ts';
import { parseZstdHeader } from './zstd-frame.ts';

const text = (seed: number, bytes = 200_000): Buffer =>
  Buffer.from(
    Array.from({ length: bytes / 20 }, (_, row) => `${row}\t${(row * seed) % 9973}\trow\n`).join(''),
  );

test('a frame is the same whatever was compressed before it', async () => {
  const chunk = text(7);
  const first = await zstdFrameOf(chunk, 3);
  for (const other of [text(11), randomBytes(MAX_CHUNK_BYTES), Buffer.from('x')]) await zstdFrameOf(other, 3);
  expect(await zstdFrameOf(chunk, 3)).toEqual(first);
});

test('each of many at once is one whole frame that tells its size and has a checksum', async () => {
  const chunks = Array.from({ length: 40 }, (_, index) =>
    index % 3 === 0 ? randomBytes(1 + index * 26_000) : text(index),
  );
  const frames = await Promise.all(chunks.map((chunk, index) => zstdFrameOf(chunk, 1 + (index % 4))));
  for (const [index, frame] of frames.entries()) {
    expect(parseZstdHeader(frame)).toMatchObject({
      contentBytes: chunks[index]?.length,
      hasChecksum: true,
    });
    expect(zstdDecompressSync(frame).equals(chunks[index] ?? Buffer.alloc(0))).toBe(true);
  }
});
