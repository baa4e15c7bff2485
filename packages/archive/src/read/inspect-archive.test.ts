import { describe, expect, test } from 'vitest';
import { ARCHIVE_ID, framesOf, pack, packShortSegments } from '../../test/archives.ts';
import { copyText } from '../../test/bytes.ts';
import { gzipFraming } from '../framing/gzip-framing.ts';
import { zstdFraming } from '../framing/zstd-framing.ts';
import { hash } from 'node:crypto';
import { inspectArchive, type ChunkPlace } from '../index.ts';

const coded = (code: string): unknown => expect.objectContaining({ name: 'ArchiveError', code });
const raw = copyText(2_000_000);

/** A file in memory that counts what is read of it. */
function fileOf(file: Buffer): {
  readonly readBytes: () => number;
  readonly inspect: () => ReturnType<typeof inspectArchive>;
} {
  let count = 0;
  const readRange = async (start: number, endExclusive: number): Promise<Uint8Array> => {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(endExclusive).toBeLessThanOrEqual(file.length);
    count += endExclusive - start;
    return file.subarray(start, endExclusive);
  };
  return { readBytes: () => count, inspect: () => inspectArchive(readRange, file.length) };
}

async function all(places: AsyncIterable<ChunkPlace>): Promise<ChunkPlace[]> {
  const found: ChunkPlace[] = [];
  for await (const place of places) found.push(place);
  return found;
}

describe.each([
  ['zstd', zstdFraming],
  ['gzip', gzipFraming],
] as const)('%s', (codec, framing) => {
  test('header and totals are known without reading the file', async () => {
    const { file, totals } = await pack(raw, codec);
    const { inspect, readBytes } = fileOf(file);
    const { sha256: _ofTheFile, ...known } = totals;
    const inspected = await inspect();
    expect(inspected.header).toEqual({ codec, version: 1, archiveId: ARCHIVE_ID });
    expect(inspected.totals).toEqual(known);
    expect(readBytes()).toBeLessThan(70_000);
  });

  test.each([1, 3, 1024])(
    'chunks are found by the index, %i to a segment, and decode alone',
    async (entries) => {
      const file = await packShortSegments(raw, framing, entries);
      const places = await all((await fileOf(file).inspect()).chunks());
      expect(places.length).toBeGreaterThan(4);
      let rawStart = 0;
      for (const place of places) {
        expect(place.rawStart).toBe(rawStart);
        rawStart += place.rawBytes;
        const stored = file.subarray(place.storedStart, place.storedStart + place.storedBytes);
        const bytes = await framing.decompress(stored);
        expect(bytes.equals(raw.subarray(place.rawStart, rawStart))).toBe(true);
        expect(hash('sha256', bytes, 'hex')).toBe(place.sha256);
      }
      expect(rawStart).toBe(raw.length);
    },
  );

  test('an archive of nothing has no chunks', async () => {
    const { file } = await pack(Buffer.alloc(0), codec);
    const inspected = await fileOf(file).inspect();
    expect(inspected.totals).toMatchObject({ rawBytes: 0, chunks: 0, storedBytes: file.length });
    expect(await all(inspected.chunks())).toEqual([]);
  });

  test('a cut file is seen, wherever it is cut', { timeout: 60_000 }, async () => {
    const { file } = await pack(copyText(300), codec);
    for (let length = 0; length < file.length; length += 1)
      await expect(fileOf(file.subarray(0, length)).inspect()).rejects.toThrow(coded('archive_truncated'));
  });

  test('bytes after the end and a footer of another file are seen', async () => {
    const { file } = await pack(raw, codec);
    await expect(fileOf(Buffer.concat([file, Buffer.from('x')])).inspect()).rejects.toThrow(
      coded('archive_truncated'),
    );
    const other = (await framesOf((await pack(copyText(10), codec)).file, framing)).at(-1)?.stored;
    const mixed = Buffer.concat([file.subarray(0, -(other?.length ?? 0)), other ?? Buffer.alloc(0)]);
    await expect(fileOf(mixed).inspect()).rejects.toThrow(coded('archive_corrupt'));
  });

  test('a changed index is seen by who reads it to its end', async () => {
    const file = await packShortSegments(raw, framing, 2);
    const segments = (await framesOf(file, framing)).filter(({ kind }) => kind === 'meta').slice(1, -1);
    expect(segments.length).toBeGreaterThan(2);
    for (const { at, stored } of segments)
      for (const offset of [30, 60, stored.length - 12]) {
        const changed = Buffer.from(file);
        changed.writeUInt8(changed.readUInt8(at + offset) ^ 1, at + offset);
        const reading = fileOf(changed)
          .inspect()
          .then((inspected) => all(inspected.chunks()));
        await expect(reading).rejects.toThrow(expect.objectContaining({ name: 'ArchiveError' }));
      }
  });
});

test('what has no header is archive_foreign', async () => {
  await expect(fileOf(Buffer.from('PGDMP, and then much more')).inspect()).rejects.toThrow(
    coded('archive_foreign'),
  );
  await expect(fileOf(copyText(1000)).inspect()).rejects.toThrow(coded('archive_foreign'));
});
