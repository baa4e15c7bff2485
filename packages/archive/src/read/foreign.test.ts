import { describe, expect, test } from 'vitest';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { pack, unpack } from '../../test/archives.ts';
import { collect, copyText, inPieces, noise } from '../../test/bytes.ts';
import { unpackArchive } from '../index.ts';

const coded = (code: string): unknown => expect.objectContaining({ name: 'ArchiveError', code });
const raw = Buffer.concat([copyText(300_000), noise(100_000)]);
const skippable = Buffer.from('582a4d180400000048464149', 'hex');
const halves = [raw.subarray(0, 9), raw.subarray(9)];
const zstd = (part: Uint8Array): Buffer =>
  zstdCompressSync(part, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const files = [
  ['a plain .zst', 'zstd', zstd(raw)],
  ['a .zst of several frames', 'zstd', Buffer.concat(halves.map(zstd))],
  ['a .zst with skippable frames', 'zstd', Buffer.concat([skippable, zstd(raw), skippable])],
  ['a plain .gz', 'gzip', gzipSync(raw)],
  ['a .gz of several members', 'gzip', Buffer.concat(halves.map((part) => gzipSync(part)))],
] as const;

describe.each(files)('%s', (_name, codec, file) => {
  test('is archive_foreign', async () => {
    await expect(unpack(file)).rejects.toThrow(coded('archive_foreign'));
    await expect(unpack(file, { codec })).rejects.toThrow(coded('archive_foreign'));
  });

  test('is read when that is asked for', async () => {
    const archive = unpackArchive(inPieces(file, 10_000), { foreign: true });
    expect((await collect(archive.bytes)).equals(raw)).toBe(true);
    expect(await archive.header).toEqual({ codec, version: 0, archiveId: undefined });
    const { rawSha256 } = (await pack(raw, 'zstd')).totals;
    expect(await archive.totals).toMatchObject({ rawBytes: raw.length, storedBytes: file.length, rawSha256 });
  });

  test('that is cut or changed is told so', async () => {
    await expect(unpack(file.subarray(0, -3), { foreign: true })).rejects.toThrow(coded('archive_truncated'));
    const changed = Buffer.from(file);
    changed.writeUInt32LE(0xdeadbeef, file.length - 60_000);
    await expect(unpack(changed, { foreign: true })).rejects.toThrow(coded('archive_corrupt'));
  });
});

test('an archive of ours is checked in full although foreign files are allowed', async () => {
  const { file } = await pack(raw, 'zstd');
  expect((await unpack(file, { foreign: true })).equals(raw)).toBe(true);
  await expect(unpack(file.subarray(0, -1), { foreign: true })).rejects.toThrow(coded('archive_truncated'));
});

test.each([
  ['text', Buffer.from('-- PostgreSQL database dump\n')],
  ['one byte', Buffer.from('x')],
  ['a zip', Buffer.from('PK\u0003\u0004 and so on, for more than a header')],
  ['bytes that are no magic', noise(1000, 8)],
])('%s is archive_foreign, and read as it is when that is asked for', async (_name, file) => {
  await expect(unpack(file)).rejects.toThrow(coded('archive_foreign'));
  expect(await unpack(file, { foreign: true })).toEqual(file);
  expect(await unpack(file, { codec: 'none' })).toEqual(file);
});

test('pg_dump’s own format needs no asking', async () => {
  const dump = Buffer.concat([Buffer.from('PGDMP'), noise(1000)]);
  expect(await unpack(dump)).toEqual(dump);
});

test('a file of another codec than its manifest says is archive_corrupt', async () => {
  const { file } = await pack(raw, 'zstd');
  await expect(unpack(file, { codec: 'gzip' })).rejects.toThrow(coded('archive_corrupt'));
  await expect(unpack(Buffer.from('PGDMP, and then much more'), { codec: 'zstd' })).rejects.toThrow(
    coded('archive_corrupt'),
  );
  // Uncompressed content may look like anything; only the manifest's hash could tell.
  expect(await unpack(file, { codec: 'none' })).toEqual(file);
});

test('a source that fails is told as it failed', async () => {
  const failure = new Error('disk');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield zstd(raw).subarray(0, 1000);
    throw failure;
  }
  await expect(unpack(failing(), { foreign: true })).rejects.toBe(failure);
});
