import { createRandom, copyText, noise } from '../../test/bytes.ts';
import { chainOf, inMemory, packAll, packNext, unpackAll, withChangedLines } from '../../test/chains.ts';
import { array, assert, asyncProperty, integer, nat, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openChain, unpackArchive } from '../index.ts';
import { collect, inPieces } from '../../test/bytes.ts';
import { MAX_DELTA_DEPTH } from '../delta/delta-store.ts';

const coded = (code: string): unknown => expect.objectContaining({ name: 'ArchiveError', code });
const dump = copyText(3_000_000);
const share = (files: readonly Buffer[]): number => (files[0]?.length ?? 0) / (files.at(-1)?.length ?? 1);

describe('what a child costs, beside its full', () => {
  test('nothing changed: its frame alone', async () => {
    const files = await packAll([dump, dump]);
    expect(files[0]?.length).toBeLessThan(600);
    expect(await unpackAll(files)).toEqual(dump);
  });

  test.each([
    ['appended to', Buffer.concat([dump, copyText(30_000, 9)])],
    ['with one row in a hundred changed, all over', withChangedLines(dump, 100, 5)],
    ['with a piece taken out', Buffer.concat([dump.subarray(0, 1_000_000), dump.subarray(1_100_000)])],
    ['with its halves exchanged', Buffer.concat([dump.subarray(1_500_000), dump.subarray(0, 1_500_000)])],
  ])('%s: a few percent', { timeout: 30_000 }, async (_name, changed) => {
    const files = await packAll([dump, changed]);
    expect(share(files)).toBeLessThan(0.08);
    expect(await unpackAll(files)).toEqual(changed);
  });

  test('something else altogether: as much as a full', async () => {
    const files = await packAll([dump, noise(500_000)]);
    expect(files[0]?.length).toBeGreaterThan(500_000);
    expect(await unpackAll(files)).toEqual(noise(500_000));
  });

  test('an empty dump on a full one, and the other way round', async () => {
    const none = Buffer.alloc(0);
    expect(await unpackAll(await packAll([dump, none, dump, none]))).toEqual(none);
    expect(await unpackAll(await packAll([none, dump]))).toEqual(dump);
  });
});

test(
  'a long chain restores at each of its points, and no delta lies too deep',
  { timeout: 60_000 },
  async () => {
    const dumps = [dump.subarray(0, 1_200_000)];
    for (let step = 1; step <= MAX_DELTA_DEPTH + 4; step += 1)
      dumps.push(withChangedLines(dumps.at(-1) ?? dump, 200, step));
    const files = await packAll(dumps);
    for (const [place, expected] of dumps.entries()) {
      const chain = files.slice(files.length - 1 - place);
      expect(await unpackAll(chain)).toEqual(expected);
      for await (const { chunk } of (await chainOf(chain)).located())
        expect(chunk.depth).toBeLessThanOrEqual(MAX_DELTA_DEPTH);
    }
  },
);

test('a differential builds on its full alone, whatever came between', async () => {
  const full = await packNext([], dump);
  const first = await packNext([full], withChangedLines(dump, 100, 1), 'differential', 1);
  const second = await packNext([full], withChangedLines(dump, 100, 2), 'differential', 2);
  expect(await unpackAll([second, full])).toEqual(withChangedLines(dump, 100, 2));
  const chain = await chainOf([first, full]);
  expect(chain.header).toMatchObject({
    kind: 'differential',
    ancestors: [{ archiveId: expect.any(String) }],
  });
});

test('whatever is edited, each point of the chain comes back', { timeout: 120_000 }, async () => {
  const edit = record({
    at: nat(400_000),
    removed: nat(80_000),
    added: nat(120_000),
    seed: integer({ min: 1, max: 1_000 }),
  });
  await assert(
    asyncProperty(array(array(edit, { maxLength: 3 }), { maxLength: 4 }), async (steps) => {
      const dumps = [copyText(400_000, 77)];
      for (const edits of steps)
        dumps.push(
          edits.reduce(
            (bytes, { at, removed, added, seed }) =>
              Buffer.concat([bytes.subarray(0, at), copyText(added, seed), bytes.subarray(at + removed)]),
            dumps.at(-1) ?? Buffer.alloc(0),
          ),
        );
      const files = await packAll(dumps);
      for (const [place, expected] of dumps.entries())
        expect((await unpackAll(files.slice(files.length - 1 - place))).equals(expected)).toBe(true);
    }),
    { numRuns: 25 },
  );
});

describe('a parent', () => {
  const changed = withChangedLines(dump, 100, 5);
  const again = withChangedLines(changed, 100, 6);

  test('that is missing is parent_missing', async () => {
    const files = await packAll([dump, changed, again]);
    await expect(chainOf(files.slice(0, 2))).rejects.toThrow(coded('parent_missing'));
    await expect(chainOf(files.slice(0, 1))).rejects.toThrow(coded('parent_missing'));
    await expect(collect(unpackArchive(inPieces(files[0] ?? dump)).bytes)).rejects.toThrow(
      coded('parent_missing'),
    );
  });

  test('that is another file of the same name and id is parent_changed', async () => {
    const files = await packAll([dump, changed]);
    const other = await packNext([], again, 'incremental', 0);
    await expect(chainOf([files[0] ?? other, other])).rejects.toThrow(coded('parent_changed'));
  });

  test('of a chain in the wrong order is parent_changed', async () => {
    const [newest, middle, full] = await packAll([dump, changed, again]);
    if (!newest || !middle || !full) throw new Error('three were packed');
    await expect(chainOf([newest, full, middle])).rejects.toThrow(coded('parent_changed'));
  });

  test('that was cut is archive_truncated and named', async () => {
    const [newest, full] = await packAll([dump, changed]);
    if (!newest || !full) throw new Error('two were packed');
    await expect(chainOf([newest, full.subarray(0, -1)])).rejects.toThrow(
      expect.objectContaining({ code: 'archive_truncated', message: expect.stringContaining('file 0') }),
    );
  });

  test(
    'in which any bit is flipped never gives other bytes, and is named where they were needed',
    { timeout: 120_000 },
    async () => {
      const files = await packAll([dump, changed, again]);
      const random = createRandom(11);
      let seen = 0;
      for (let round = 0; round < 150; round += 1) {
        const place = round % files.length;
        const damaged = [...files];
        const file = Buffer.from(files[place] ?? dump);
        const at = random() % file.length;
        file.writeUInt8(file.readUInt8(at) ^ (1 << (random() % 8)), at);
        damaged[place] = file;
        const outcome = await unpackAll(damaged).catch((error: unknown) => error);
        if (outcome instanceof Buffer) {
          expect(outcome.equals(again)).toBe(true);
        } else {
          seen += 1;
          expect(outcome).toMatchObject({ name: 'ArchiveError' });
        }
      }
      expect(seen).toBeGreaterThan(30);
    },
  );

  test('whose chunk is damaged is the file that is named, also below deltas', async () => {
    const files = await packAll([dump, changed, again]);
    const chain = await chainOf(files);
    for await (const located of chain.located()) {
      if (located.generation !== 0 || located.chunk.depth !== 2) continue;
      const full = Buffer.from(files[2] ?? dump);
      full.fill(0x55, 10_000, full.length - 60_000);
      const broken = await openChain(inMemory([files[0] ?? dump, files[1] ?? dump, full]));
      await expect(broken.rawOf(located)).rejects.toThrow(/of file 0 is not what was written/);
      return;
    }
    throw new Error('no chunk was a delta of a delta');
  });
});

test('only what a point needs is read of its ancestors', async () => {
  const changed = Buffer.concat([noise(700_000, 3), dump.subarray(0, 300_000)]);
  const files = await packAll([dump, changed]);
  let readBytes = 0;
  const counted = inMemory(files).map((file, generation) => ({
    ...file,
    readRange: async (start: number, end: number) => {
      if (generation === 1) readBytes += end - start;
      return file.readRange(start, end);
    },
  }));
  const chain = await openChain(counted);
  for await (const located of chain.located()) await chain.rawOf(located);
  // Blocks of 512 KiB: the beginning and the end.
  expect(readBytes).toBeLessThanOrEqual(2 * 512 * 1024);
});
