import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ARCHIVE_ID, compressAlone, framesOf, pack, packShortSegments, unpack } from '../test/archives.ts';
import { copyText, createRandom, inPieces, noise } from '../test/bytes.ts';
import { footerPayload } from './format/footer.ts';
import { headerPayload } from './format/header.ts';
import { gzipFraming } from './framing/gzip-framing.ts';
import { zstdFraming } from './framing/zstd-framing.ts';
import { ArchiveError, unpackArchive, type ArchiveErrorCode } from './index.ts';

const coded = (...codes: ArchiveErrorCode[]): unknown =>
  expect.objectContaining({ name: 'ArchiveError', code: expect.toBeOneOf(codes) });

/** What reading it ends with; undefined for a normal end, which damage must never have. */
async function failureOf(file: Uint8Array): Promise<unknown> {
  const archive = unpackArchive(inPieces(file));
  try {
    for await (const bytes of archive.bytes) expect(bytes.length).toBeGreaterThan(0);
  } catch (error) {
    await expect(archive.totals).rejects.toBe(error);
    return error;
  }
  return undefined;
}

describe.each([
  ['zstd', zstdFraming],
  ['gzip', gzipFraming],
] as const)('%s', { timeout: 120_000 }, (codec, framing) => {
  const small = (): Promise<Buffer> => packShortSegments(copyText(400), framing, 1);
  /** Several chunks in several segments. */
  const large = (): Promise<Buffer> => packShortSegments(copyText(1_600_000), framing, 2);

  test('a small archive cut at any length never ends normally', async () => {
    const file = await small();
    for (let length = 0; length < file.length; length += 1)
      expect(await failureOf(file.subarray(0, length))).toEqual(coded('archive_truncated'));
  });

  test('an archive cut at any edge of a frame, and beside it, is archive_truncated', async () => {
    const file = await large();
    const frames = await framesOf(file, framing);
    expect(frames.length).toBeGreaterThan(8);
    for (const { at } of frames)
      for (const length of [at - 1, at, at + 1])
        expect(await failureOf(file.subarray(0, Math.max(0, length)))).toEqual(coded('archive_truncated'));
  });

  test('any flipped bit of a small archive is seen', async () => {
    const file = await small();
    const errors = new Map<string, number>();
    for (let bit = 0; bit < file.length * 8; bit += 1) {
      const changed = Buffer.from(file);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const error = await failureOf(changed);
      const code = error instanceof ArchiveError ? error.code : `bit ${bit}: ${String(error)}`;
      errors.set(code, (errors.get(code) ?? 0) + 1);
    }
    const known = ['archive_corrupt', 'archive_foreign', 'archive_truncated', 'archive_unsupported'];
    expect([...errors.keys()].filter((code) => !known.includes(code))).toEqual([]);
    expect(errors.get('archive_corrupt')).toBeGreaterThan(file.length * 6);
  });

  test('a flipped bit in a large archive is seen, at 150 places', async () => {
    const file = await large();
    const random = createRandom(11);
    for (let round = 0; round < 150; round += 1) {
      const changed = Buffer.from(file);
      const at = random() % file.length;
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (random() % 8)), at);
      expect(await failureOf(changed)).toBeInstanceOf(ArchiveError);
    }
  });

  test('frames swapped, dropped or doubled are seen, whichever they are', async () => {
    const frames = (await framesOf(await large(), framing)).map(({ stored }) => stored);
    const last = frames.length - 1;
    for (const [index, frame] of frames.entries()) {
      const dropped = frames.toSpliced(index, 1);
      const doubled = frames.toSpliced(index, 0, frame);
      const codes = ['archive_corrupt', 'archive_foreign', 'archive_truncated'] as const;
      expect(await failureOf(Buffer.concat(dropped))).toEqual(coded(...codes));
      expect(await failureOf(Buffer.concat(doubled))).toEqual(coded('archive_corrupt'));
      for (let other = index + 1; other <= last; other += 1) {
        const swapped = frames.with(index, frames[other] ?? frame).with(other, frame);
        expect(await failureOf(Buffer.concat(swapped))).toEqual(coded(...codes));
      }
    }
  });

  test('chunks of another archive of ours are seen', async () => {
    const frames = (await framesOf(await large(), framing)).map(({ stored }) => stored);
    const others = await framesOf(await packShortSegments(noise(1_600_000), framing, 2), framing);
    const mixed = frames.with(1, others[1]?.stored ?? Buffer.alloc(0));
    expect(await failureOf(Buffer.concat(mixed))).toEqual(coded('archive_corrupt'));
  });

  test('the end of another archive of ours is seen', async () => {
    const frames = await framesOf(await large(), framing);
    const other = await framesOf(await small(), framing);
    const mixed = [...frames.slice(0, -1), other.at(-1)].map((frame) => frame?.stored ?? Buffer.alloc(0));
    expect(await failureOf(Buffer.concat(mixed))).toEqual(coded('archive_corrupt'));
  });

  test.each([
    ['a byte', Buffer.from('x'), ['archive_corrupt', 'archive_truncated']],
    ['zeros', Buffer.alloc(4096), ['archive_corrupt']],
    ['a frame of nothing', framing.wrap(Buffer.alloc(0)), ['archive_corrupt']],
    ['a header', framing.wrap(headerPayload(ARCHIVE_ID)), ['archive_corrupt']],
  ] as const)('%s after the end is seen', async (_name, tail, codes) => {
    expect(await failureOf(Buffer.concat([await small(), tail]))).toEqual(coded(...codes));
  });

  test('two archives one after the other are not one', async () => {
    const file = await small();
    expect(await failureOf(Buffer.concat([file, file]))).toEqual(coded('archive_corrupt'));
  });

  test('a newer format is archive_unsupported and says so', async () => {
    const payload = headerPayload(ARCHIVE_ID);
    payload.writeUInt8(2, 8);
    const error = await failureOf(framing.wrap(payload));
    expect(error).toEqual(coded('archive_unsupported'));
    expect(error).toEqual(expect.objectContaining({ message: expect.stringContaining('upgrade') }));
  });

  test('a chunk that would grow beyond its bounds is refused', async () => {
    const zeros = Buffer.alloc(8 << 20); // more than our own writer takes for zstd
    const bomb =
      codec === 'zstd'
        ? zstdCompressSync(zeros, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
        : await compressAlone(framing, zeros, 3);
    const file = Buffer.concat([framing.wrap(headerPayload(ARCHIVE_ID)), bomb]);
    expect(await failureOf(file)).toEqual(coded('archive_corrupt'));
  });

  test('a footer that lies about itself is refused, even with a right hash of its own', async () => {
    const frames = await framesOf(await small(), framing);
    const body = Buffer.concat(frames.slice(0, -1).map(({ stored }) => stored));
    const forged = footerPayload({
      archiveId: ARCHIVE_ID,
      segments: 1,
      chunks: 1,
      rawBytes: 400,
      bodyBytes: body.length,
      lastSegmentAt: frames[2]?.at ?? 0,
      rawSha256: '00'.repeat(32),
      metaSha256: '00'.repeat(32),
      bodySha256: '00'.repeat(32),
    });
    expect(await failureOf(Buffer.concat([body, framing.wrap(forged)]))).toEqual(coded('archive_corrupt'));
  });

  test('every message says what to do next', async () => {
    const { file } = await pack(copyText(3000), codec);
    expect(await failureOf(file.subarray(0, -1))).toEqual(
      expect.objectContaining({ message: expect.stringMatching(/byte \d+.* use another backup\.$/) }),
    );
  });
});

test('an empty file is archive_truncated', async () => {
  expect(await failureOf(Buffer.alloc(0))).toEqual(coded('archive_truncated'));
});

test('an uncompressed dump cut within its first bytes is archive_truncated', async () => {
  expect(await failureOf(Buffer.from('PGD'))).toEqual(coded('archive_truncated'));
});

test('whole archives do end normally', async () => {
  for (const codec of ['zstd', 'gzip'] as const)
    expect(await unpack((await pack(copyText(400), codec)).file)).toHaveLength(400);
});
