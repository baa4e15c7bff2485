import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { pieces } from '../../test/dumps.ts';
import { PulledBytes } from '../bytes/pulled-bytes.ts';
import { readDataSizes } from './data-sizes.ts';
import { parse } from './parsing.ts';
import { readToc, type Toc } from './toc.ts';

const golden = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../test/golden/${name}.dump`, import.meta.url));

/** Of the same small database: by pg_dump 15 (archive version 1.14) and by pg_dump 18 (1.16). */
const OF_15 = await golden('pg15');
const OF_18 = await golden('pg18');
/** 1.15 says its compression in one byte instead of an integer, and is 1.14 else. */
const OF_16 = Buffer.concat([OF_15.subarray(0, 11), OF_15.subarray(15)]);
OF_16[6] = 15;

async function read(bytes: Buffer, sizeBytes?: number) {
  const source = new PulledBytes(pieces(bytes, sizeBytes));
  const toc = await parse(readToc(), source);
  return { toc, sizes: toc && (await readDataSizes(toc, source)) };
}

const described = (toc: Toc | undefined): readonly string[] =>
  toc?.entries.map(({ kind, schema, name }) => `${kind} / ${schema ?? '-'} / ${name}`) ?? [];

const sizesByName = ({ toc, sizes }: Awaited<ReturnType<typeof read>>) =>
  Object.fromEntries(
    toc?.entries.flatMap(({ dumpId, name }) => (sizes?.has(dumpId) ? [[name, sizes.get(dumpId)]] : [])) ?? [],
  );

const COMMON = [
  'SCHEMA / - / a b',
  'COMMENT / - / SCHEMA "a b"',
  'TABLE / a b / c d',
  'TABLE / public / empty_one',
  'VIEW / public / v',
  'TABLE DATA / a b / c d',
  'TABLE DATA / public / empty_one',
];

describe('a dump by pg_dump', () => {
  test.each([
    ['15', OF_15],
    ['16', OF_16],
  ])('%s', async (_major, bytes) => {
    const found = await read(bytes);
    expect(found.toc).toMatchObject({ format: 'custom', isCompressed: false });
    expect(described(found.toc)).toEqual(expect.arrayContaining([...COMMON, 'BLOB / - / 16676']));
    expect(sizesByName(found)).toEqual({ 'c d': 1_471, empty_one: 5, BLOBS: 600 });
    const schema = found.toc?.entries.find(({ kind }) => kind === 'SCHEMA');
    expect(found.toc?.entries.find(({ name }) => name === 'SCHEMA "a b"')?.dependencies).toEqual([
      schema?.dumpId,
    ]);
    expect(schema).toMatchObject({ owner: 'scratch_superuser', hasData: false });
  });

  test('18', async () => {
    const found = await read(OF_18);
    expect(described(found.toc)).toEqual(expect.arrayContaining([...COMMON, 'BLOBS / - / 16397..16399']));
    expect(sizesByName(found)).toEqual({ 'c d': 3_318, empty_one: 2, '16397..16399': 600 });
  });

  test.each([1, 5, 64, 100_000])('cut into pieces of %d bytes', async (sizeBytes) => {
    expect(await read(OF_18, sizeBytes)).toEqual(await read(OF_18));
  });

  test('that is cut anywhere is truncated', async () => {
    for (let end = 0; end < OF_15.length; end += 11) {
      await expect(read(OF_15.subarray(0, end))).rejects.toMatchObject({ code: 'archive_truncated' });
    }
    await expect(read(OF_18.subarray(0, -1))).rejects.toMatchObject({ code: 'archive_truncated' });
  });

  test.each([
    ['newer than 18', 6, 17],
    ['older than 12', 6, 13],
    ['of another machine', 8, 8],
    ["in pg_dump's plain files", 10, 2],
  ])('%s is not known', async (_name, at, value) => {
    const changed = Buffer.from(OF_15);
    changed[at] = value;
    expect(await read(changed)).toEqual({ toc: undefined, sizes: undefined });
  });

  test('that is compressed says so', async () => {
    const changed = Buffer.from(OF_18);
    changed[11] = 1;
    expect((await read(changed)).toc).toMatchObject({ isCompressed: true });
  });
});

test.each([
  ['something else', Buffer.from('select 1;\n'.repeat(100))],
  ['zeros', Buffer.alloc(100)],
  ['a name without an end', Buffer.concat([OF_15.subarray(0, 0x91), Buffer.alloc(1_000, 0x7f)])],
])('%s is no dump', async (_name, bytes) => {
  await expect(read(bytes)).rejects.toMatchObject({
    code: expect.stringMatching(/^(invalid_backup|archive_truncated)$/),
  });
});

test('a block of another kind is no data', async () => {
  const { toc } = await read(OF_15);
  if (!toc) throw new Error('the golden file was read above');
  const source = new PulledBytes(pieces(Buffer.from([7, 0, 1, 0, 0, 0])));
  await expect(readDataSizes(toc, source)).rejects.toMatchObject({ code: 'invalid_backup' });
});
