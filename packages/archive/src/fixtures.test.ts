import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ARCHIVE_ID } from '../test/archives.ts';
import { collect, inPieces } from '../test/bytes.ts';
import { chainOf, unpackAll } from '../test/chains.ts';
import { CHAIN_SHA256, FIXTURE_SHA256, fixtureDumps, fixtureRaw, mixedDumps } from '../test/fixture.ts';
import { inspectArchive, unpackArchive } from './index.ts';

const read = (name: string): Promise<Buffer> => readFile(new URL(`../fixtures/${name}`, import.meta.url));

test('the source of the fixtures is the one they were made of', () => {
  expect(hash('sha256', fixtureRaw(), 'hex')).toBe(FIXTURE_SHA256);
  expect(fixtureDumps().map((dump) => hash('sha256', dump, 'hex'))).toEqual(CHAIN_SHA256);
});

test.each([
  ['v1-full.dump.zst', 'zstd'],
  ['v1-full.dump.gz', 'gzip'],
  ['v1-directory.dump.gz', 'gzip'],
] as const)('%s restores for ever', async (name, codec) => {
  const file = await read(name);
  const archive = unpackArchive(inPieces(file));
  expect(hash('sha256', await collect(archive.bytes), 'hex')).toBe(FIXTURE_SHA256);
  expect(await archive.header).toEqual({ codec, version: 1, archiveId: ARCHIVE_ID });

  const inspected = await inspectArchive(async (start, end) => file.subarray(start, end), file.length);
  const { rawBytes, storedBytes, rawSha256, chunks } = await archive.totals;
  expect(inspected.totals).toEqual({ rawBytes, storedBytes, rawSha256, chunks });
  let places = 0;
  for await (const place of inspected.chunks()) places += Math.sign(place.rawBytes);
  expect(places).toBe(chunks);
});

const [full, differential, first, second] = [
  'v1-chain-0-full.dump.zst',
  'v1-chain-1-differential.hfd',
  'v1-chain-1-incremental.hfd',
  'v1-chain-2-incremental.hfd',
];
test.each([
  ['the full', [full], 0],
  ['the first incremental', [first, full], 1],
  ['the second', [second, first, full], 2],
  ['the differential', [differential, full], 2],
])('%s of the chain restores for ever', async (_name, names, dump) => {
  const raw = await unpackAll(await Promise.all(names.map(read)));
  expect(hash('sha256', raw, 'hex')).toBe(CHAIN_SHA256[dump]);
});

test('the chain with entries of every kind restores for ever', async () => {
  const names = ['v1-mixed-2-incremental.hfd', 'v1-mixed-1-incremental.hfd', 'v1-mixed-0-full.dump.zst'];
  const files = await Promise.all(names.map(read));
  for (const [place, dump] of mixedDumps().entries())
    expect((await unpackAll(files.slice(2 - place))).equals(dump)).toBe(true);
  const kinds = new Set<string>();
  for await (const { chunk, generation } of (await chainOf(files)).located())
    kinds.add(`${chunk.kind} in ${generation}, base ${chunk.base?.generation ?? 'none'}`);
  expect([...kinds].sort()).toEqual([
    'delta in 0, base 1',
    'delta in 0, base 2',
    'whole in 0, base none',
    'whole in 2, base none',
  ]);
});
