import { describe, expect, test } from 'vitest';
import { pieces } from '../../test/dumps.ts';
import { collect } from '../../test/server.ts';
import { TAR_END, tarEntry, tarOf } from '../../test/tars.ts';
import { PulledBytes } from '../bytes/pulled-bytes.ts';
import { readTar } from './read-tar.ts';

const FILES = {
  'toc.dat': 'PGDMP',
  '3572.dat': 'x'.repeat(1_300),
  'blobs.toc': '1 blob_1.dat\n',
  'blob_1.dat': '',
  'blobs_77.toc': 'y'.repeat(512),
};

async function read(
  source: AsyncIterable<Uint8Array>,
  options: { readonly maxBytes?: number; readonly isSkipped?: (name: string) => boolean } = {},
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, sizeBytes, body } of readTar(new PulledBytes(source), {
    maxBytes: options.maxBytes ?? 1e6,
  })) {
    found[name] = options.isSkipped?.(name) ? `${sizeBytes} bytes` : (await collect(body)).toString();
  }
  return found;
}

test.each([1, 3, 511, 512, 513, 100_000])('cut into pieces of %d bytes', async (sizeBytes) => {
  expect(await read(pieces(tarOf(FILES), sizeBytes))).toEqual(FILES);
});

test('files that are not read are passed over', async () => {
  const isSkipped = (name: string): boolean => name.endsWith('.dat');
  expect(await read(pieces(tarOf(FILES)), { isSkipped })).toEqual({
    ...FILES,
    'toc.dat': '5 bytes',
    '3572.dat': '1300 bytes',
    'blob_1.dat': '0 bytes',
  });
});

test('a last record that is filled with zeros', async () => {
  expect(await read(pieces(Buffer.concat([tarOf(FILES), Buffer.alloc(9_000)])))).toEqual(FILES);
});

describe('evil entries', () => {
  test.each([
    ['../toc.dat'],
    ['/etc/passwd'],
    ['./toc.dat'],
    ['a/1.dat'],
    ['1.dat/'],
    ['.'],
    ['..'],
    [''],
    ['restore.sql'],
    ['1.dat.gz'],
    ['12345678901.dat'],
    ['blob_.dat'],
    ['-rf.dat'],
    ['toc.dat\n'],
    ['TOC.DAT'],
  ])('the name %j', async (name) => {
    await expect(read(pieces(Buffer.concat([tarEntry(name, 'x'), TAR_END])))).rejects.toMatchObject({
      code: 'invalid_backup',
    });
  });

  test('a name twice', async () => {
    const twice = Buffer.concat([tarEntry('1.dat', 'a'), tarEntry('1.dat', 'b'), TAR_END]);
    await expect(read(pieces(twice))).rejects.toMatchObject({
      code: 'invalid_backup',
      message: expect.stringContaining('1.dat twice'),
    });
  });

  test('sizes beyond what there may be', async () => {
    await expect(read(pieces(tarOf(FILES)), { maxBytes: 1_800 })).rejects.toMatchObject({
      code: 'invalid_backup',
      message: expect.stringContaining('more than the 1800 bytes'),
    });
  });

  test('something behind the end', async () => {
    await expect(read(pieces(Buffer.concat([tarOf(FILES), Buffer.from('x')])))).rejects.toMatchObject({
      code: 'invalid_backup',
    });
  });
});

test('one that is cut anywhere is truncated', async () => {
  const tar = tarOf(FILES);
  for (let end = 0; end < tar.length; end += 97) {
    await expect(read(pieces(tar.subarray(0, end)))).rejects.toMatchObject({ code: 'archive_truncated' });
  }
});

test("the source's own error comes out, also behind the end", async () => {
  const broken = new Error('wrong sum');
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* pieces(tarOf(FILES));
    throw broken;
  }
  await expect(read(source())).rejects.toBe(broken);
});
