import { createHash, hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ARCHIVE_ID, pack, packShortSegments, unpack } from '../test/archives.ts';
import { collect, copyText, createRandom, inPieces, inRandomPieces, noise } from '../test/bytes.ts';
import { cutChunks } from './cut-chunks.ts';
import { gzipFraming } from './framing/gzip-framing.ts';
import { zstdFraming } from './framing/zstd-framing.ts';
import { MAX_CHUNK_BYTES, MIN_CHUNK_BYTES, SWITCH_BYTES } from './gear.ts';
import { packArchive, unpackArchive, type Codec, type Progress } from './index.ts';

const codecs: readonly Codec[] = ['zstd', 'gzip', 'none'];
const edges = [0, 1, 2, 5, 65, MIN_CHUNK_BYTES, SWITCH_BYTES, MAX_CHUNK_BYTES, 2 * MAX_CHUNK_BYTES].flatMap(
  (length) => (length > 5 ? [length - 1, length, length + 1] : [length]),
);

describe.each(codecs)('%s', { timeout: 60_000 }, (codec) => {
  test.each(edges)('%i bytes come back', async (length) => {
    // No end is found in zeros, so the edges are those of the maximum too.
    for (const raw of [copyText(length), Buffer.alloc(length)]) {
      const { file, totals } = await pack(raw, codec);
      expect(totals).toMatchObject({ rawBytes: length, storedBytes: file.length });
      expect((await unpack(file, { codec })).equals(raw)).toBe(true);
    }
  });

  test.each([1, 2, 3, 4, 5, 6])(
    'anything comes back, in whatever pieces it comes (seed %i)',
    async (seed) => {
      const random = createRandom(seed);
      const parts = Array.from({ length: random() % 6 }, (_, part) => {
        const length = random() % 900_000;
        return [copyText(length, seed + part), noise(length, seed + part), Buffer.alloc(length, part)][
          random() % 3
        ];
      });
      const raw = Buffer.concat(parts.map((part) => part ?? Buffer.alloc(0)));
      const { file, totals } = await pack(inRandomPieces(raw, seed), codec);
      const read = unpackArchive(inRandomPieces(file, seed + 1), { codec });
      expect((await collect(read.bytes)).equals(raw)).toBe(true);
      expect(await read.totals).toEqual(totals);
    },
  );

  test('an empty source is a valid archive of nothing', async () => {
    const { file, totals } = await pack(Buffer.alloc(0), codec);
    expect(totals).toMatchObject({ rawBytes: 0, chunks: 0, rawSha256: hash('sha256', '', 'hex') });
    expect(await unpack(file, { codec })).toHaveLength(0);
  });

  test('totals say what was written', async () => {
    const raw = copyText(1_500_000);
    const { file, totals } = await pack(raw, codec);
    const ofChunks = createHash('sha256');
    let chunks = 0;
    for await (const chunk of cutChunks(inPieces(raw))) {
      ofChunks.update(hash('sha256', chunk.bytes, 'buffer'));
      chunks += 1;
    }
    expect(chunks).toBeGreaterThan(3);
    expect(totals).toEqual({
      rawBytes: raw.length,
      storedBytes: file.length,
      rawSha256: ofChunks.digest('hex'),
      sha256: hash('sha256', file, 'hex'),
      chunks,
    });
  });

  test('the header tells codec and id before the bytes', async () => {
    const { file } = await pack(Buffer.from('PGDMP and so on'), codec);
    const archive = unpackArchive(inPieces(file, 3));
    for await (const bytes of archive.bytes) {
      expect(bytes.length).toBeGreaterThan(0);
      expect(await archive.header).toEqual(
        codec === 'none'
          ? { codec, version: 0, archiveId: undefined }
          : { codec, version: 1, archiveId: ARCHIVE_ID },
      );
    }
  });

  test('progress grows to the totals, packing and unpacking', async () => {
    const raw = copyText(1_500_000);
    const seen: { packing: Progress[]; unpacking: Progress[] } = { packing: [], unpacking: [] };
    const archive = packArchive(inPieces(raw), {
      codec,
      level: 3,
      archiveId: ARCHIVE_ID,
      onProgress: (bytes) => seen.packing.push(bytes),
    });
    const file = await collect(archive.bytes);
    await unpack(file, { codec, onProgress: (bytes) => seen.unpacking.push(bytes) });
    const { rawBytes, storedBytes } = await archive.totals;
    expect(seen.packing.at(-1)).toMatchObject({ storedBytes });
    expect(seen.unpacking.at(-1)?.storedBytes).toBeGreaterThan(storedBytes / 2);
    for (const steps of [seen.packing, seen.unpacking]) {
      expect(steps.length).toBeGreaterThan(3);
      for (const [index, step] of steps.entries())
        expect(step.storedBytes).toBeGreaterThanOrEqual(steps[index - 1]?.storedBytes ?? 0);
    }
    expect(seen.packing.at(-1)?.rawBytes).toBeGreaterThan(rawBytes * 0.5);
  });

  test('the source is asked for more only while there is room', async () => {
    let givenBytes = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      const piece = noise(1 << 20);
      for (;;) {
        givenBytes += piece.length;
        yield piece;
      }
    }
    const archive = packArchive(endless(), { codec, level: 1, archiveId: ARCHIVE_ID, concurrency: 2 });
    for await (const bytes of archive.bytes) {
      expect(bytes.length).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 100)); // all the time it wants to run ahead
      break;
    }
    expect(givenBytes).toBeLessThan(12 << 20);
    await expect(archive.totals).rejects.toThrow('not read to its end');
  });
});

test.each([
  ['zstd', [1, 2, 3, 4, 9, 19]],
  ['gzip', [1, 6, 9]],
] as const)('every level of %s comes back', { timeout: 60_000 }, async (codec, levels) => {
  const raw = Buffer.concat([copyText(200_000), noise(100_000)]);
  for (const level of levels)
    expect((await unpack((await pack(raw, codec, level)).file)).equals(raw)).toBe(true);
});

test('every codec has the same hash of the dump', async () => {
  const raw = copyText(900_000);
  const hashes = await Promise.all(codecs.map(async (codec) => (await pack(raw, codec)).totals.rawSha256));
  expect(new Set(hashes).size).toBe(1);
});

test('the same dump makes the same file, however many chunks run side by side', async () => {
  const raw = copyText(3_000_000);
  const options = { codec: 'zstd', level: 3, archiveId: ARCHIVE_ID } as const;
  const [one, four] = await Promise.all(
    [1, 4].map((concurrency) =>
      collect(packArchive(inRandomPieces(raw, concurrency), { ...options, concurrency }).bytes),
    ),
  );
  expect(one?.equals(four ?? Buffer.alloc(0))).toBe(true);
});

test.each([
  ['zstd', zstdFraming],
  ['gzip', gzipFraming],
] as const)('%s with many index segments comes back', async (_codec, framing) => {
  const raw = copyText(3_000_000);
  for (const segmentEntries of [1, 2, 5])
    expect((await unpack(await packShortSegments(raw, framing, segmentEntries))).equals(raw)).toBe(true);
});

test.each([
  ['level 0', { level: 0 }],
  ['level 20', { level: 20 }],
  ['half a level', { level: 2.5 }],
  ['gzip at level 10', { codec: 'gzip', level: 10 }],
  ['no UUID', { archiveId: 'mine' }],
  ['no concurrency', { concurrency: 0 }],
] as const)('%s is refused at once', (_name, change) => {
  const options = { codec: 'zstd', level: 3, archiveId: ARCHIVE_ID, ...change } as const;
  expect(() => packArchive(inPieces(Buffer.alloc(0)), options)).toThrow(RangeError);
});
