import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compressAlone } from '../../test/archives.ts';
import { copyText, inPieces, noise } from '../../test/bytes.ts';
import { readBytes } from '../byte-reader.ts';
import { MAX_CHUNK_BYTES } from '../gear.ts';
import { parseZstdHeader, zstdFrameBytes, zstdHeaderBytes } from './zstd-frame.ts';
import { zstdFraming } from './zstd-framing.ts';

const compress = promisify(zstdCompress);
const coded = (code: string): unknown => expect.objectContaining({ code });
const measure = (frame: Uint8Array, pieceBytes = 65_536): Promise<number> =>
  zstdFrameBytes(readBytes(inPieces(frame, pieceBytes)));

test.each([
  [0b0000_0000, 6], // a window alone
  [0b0010_0000, 6], // a size of 1 byte
  [0b0110_0000, 7], // of 2
  [0b1010_0000, 9], // of 4
  [0b1110_0000, 13], // of 8
  [0b0100_0000, 8], // a window and a size of 2 bytes
  [0b1000_0001, 11], // and a dictionary of 1 byte
  [0b1000_0010, 12], // of 2
  [0b1000_0011, 14], // of 4
])('descriptor %s: the header has %i bytes', (descriptor, expected) => {
  expect(zstdHeaderBytes(descriptor)).toBe(expected);
});

test.each([
  ['28b52ffd0400', { contentBytes: undefined, windowLog: 10, hasChecksum: true }],
  ['28b52ffd20ff', { contentBytes: 255, windowLog: 0, hasChecksum: false }],
  ['28b52ffd640000', { contentBytes: 256, windowLog: 0, hasChecksum: true }],
  ['28b52ffda400000400', { contentBytes: 262_144, windowLog: 0, hasChecksum: true }],
  ['28b52ffd844800001000', { contentBytes: 1_048_576, windowLog: 19, hasChecksum: true }],
  ['28b52ffde40000000001000000', { contentBytes: 2 ** 32, windowLog: 0, hasChecksum: true }],
])('the header %s is read', (hex, expected) => {
  expect(parseZstdHeader(Buffer.from(hex, 'hex'))).toMatchObject({
    ...expected,
    headerBytes: hex.length / 2,
  });
});

const contents = [
  ['one byte', Buffer.from('x')],
  ['one byte repeated', Buffer.alloc(500_000, 7)],
  ['text', copyText(300_000)],
  ['what does not compress', noise(300_000)],
  ['text, then noise', Buffer.concat([copyText(200_000), noise(200_000)])],
  ['the largest chunk', copyText(MAX_CHUNK_BYTES)],
  ['the largest chunk of noise', noise(MAX_CHUNK_BYTES)],
  ...[255, 256, 257, 65_791, 65_792].map((length) => [`${length} bytes`, copyText(length)] as const),
] as const;

describe.each([1, 3, 9, 19])('at level %i', { timeout: 60_000 }, (level) => {
  test.each(contents)('our frame of %s ends where its blocks say', async (_name, content) => {
    const frame = await compressAlone(zstdFraming, content, level);
    expect(await measure(Buffer.concat([frame, frame]))).toBe(frame.length);
    expect(parseZstdHeader(frame)).toMatchObject({ contentBytes: content.length, hasChecksum: true });
    expect((await zstdFraming.decompress(frame)).equals(content)).toBe(true);
  });
});

test('a frame that arrives byte by byte is measured all the same', async () => {
  const frame = await compressAlone(zstdFraming, copyText(3000), 3);
  expect(await measure(frame, 1)).toBe(frame.length);
});

test('a cut frame is archive_truncated, wherever it is cut', async () => {
  const frame = await compressAlone(zstdFraming, copyText(300), 3);
  for (let length = 0; length < frame.length; length += 1)
    await expect(measure(frame.subarray(0, length))).rejects.toThrow(coded('archive_truncated'));
});

test.each([
  ['has no checksum', { [constants.ZSTD_c_checksumFlag]: 0 }, 1000],
  ['tells no size', { [constants.ZSTD_c_checksumFlag]: 1 }, undefined],
])('a frame that %s is not ours', async (_name, params, pledgedSrcSize) => {
  const options = pledgedSrcSize === undefined ? { params } : { params, pledgedSrcSize };
  await expect(measure(await compress(copyText(1000), options))).rejects.toThrow(coded('archive_corrupt'));
});

test.each([
  ['would grow beyond a chunk', '28b52ffda401001000'],
  ['asks for a window of 16 MiB', '28b52ffd847000001000'],
  ['has a reserved block', '28b52ffd2401070000'],
])('a frame that %s is refused before it is decoded', async (_name, hex) => {
  await expect(measure(Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(64)]))).rejects.toThrow(
    coded('archive_corrupt'),
  );
});

test('a bomb is refused: 64 MiB of zeros in one frame, as it is and with a forged size', async () => {
  const bomb = await compress(Buffer.alloc(64 << 20), {
    pledgedSrcSize: 64 << 20,
    params: { [constants.ZSTD_c_checksumFlag]: 1 },
  });
  await expect(measure(bomb)).rejects.toThrow('would grow to 67108864 bytes');
  const forged = Buffer.from(bomb);
  forged.writeUInt32LE(1000, zstdHeaderBytes(bomb.readUInt8(4)) - 4);
  await expect(zstdFraming.decompress(forged)).rejects.toThrow();
});
