import { array, assert, asyncProperty, constantFrom, integer, nat, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect, copyText, inPieces, noise } from '../../test/bytes.ts';
import { chainOf, idOf, packNext, unpackAll, withChangedLines } from '../../test/chains.ts';
import { INDEX_KEY, openFile, packBlind, type WithIds } from '../../test/ids-files.ts';
import { packArchive, sealIds } from '../index.ts';

const dump = copyText(3_000_000);
/** Rows changed in the first third, all over it. */
const changedInPart = (bytes: Buffer, seed: number): Buffer =>
  Buffer.concat([withChangedLines(bytes.subarray(0, 1_000_000), 100, seed), bytes.subarray(1_000_000)]);

/** A full and its descendants, the oldest first. */
async function packAllBlind(dumps: readonly Uint8Array[]): Promise<readonly WithIds[]> {
  const made: WithIds[] = [];
  for (const [place, each] of dumps.entries()) {
    const parent = made.at(-1);
    made.push(await packBlind(each, place, parent ? { ids: parent.ids } : undefined));
  }
  return made;
}
/** The newest first, as a chain is read. */
const filesUpTo = (made: readonly WithIds[], place: number): readonly Buffer[] =>
  made
    .slice(0, place + 1)
    .map(({ file }) => file)
    .toReversed();

describe('what a child costs, beside its full, to a writer that reads none', () => {
  test.each([
    ['nothing changed', dump, 0.001],
    ['appended to', Buffer.concat([dump, copyText(30_000, 9)]), 0.2],
    ['with a piece taken out', Buffer.concat([dump.subarray(0, 1_000_000), dump.subarray(1_100_000)]), 0.2],
    [
      'with its halves exchanged',
      Buffer.concat([dump.subarray(1_500_000), dump.subarray(0, 1_500_000)]),
      0.6,
    ],
    ['with one row in a hundred changed, all over: as much as a full', withChangedLines(dump, 100, 5), 1.05],
  ])('%s', async (_name, changed, share) => {
    const made = await packAllBlind([dump, changed]);
    expect((made[1]?.file.length ?? 0) / (made[0]?.file.length ?? 1)).toBeLessThan(share);
    expect(await unpackAll(filesUpTo(made, 1))).toEqual(changed);
  });

  test('no chunk is a delta', async () => {
    const made = await packAllBlind([dump, changedInPart(dump, 5)]);
    const chain = await chainOf(filesUpTo(made, 1));
    const generations = new Set<number>();
    for await (const { generation, chunk } of chain.located()) {
      expect(chunk.depth).toBe(0);
      generations.add(generation);
    }
    expect(generations).toEqual(new Set([0, 1]));
  });
});

test('the file of a child lists every chunk, those of its ancestors too', async () => {
  const made = await packAllBlind([dump, changedInPart(dump, 1), changedInPart(dump, 2)]);
  const chain = await chainOf(filesUpTo(made, 2));
  const ids = await openFile(made[2]?.ids ?? Buffer.alloc(0));
  expect(ids).toMatchObject({
    chunks: chain.footer.chunks,
    rawBytes: chain.footer.rawBytes,
    lineage: chain.lineage,
  });
  let ordinal = 0;
  for await (const { chunk } of chain.located()) {
    expect(ids.find(chunk.sha256, ordinal)).toBe(ordinal);
    ordinal += 1;
  }
});

test('a writer that reads its parent and one that does not take turns', async () => {
  const dumps = [
    dump,
    withChangedLines(dump, 100, 1),
    changedInPart(dump, 2),
    withChangedLines(dump, 100, 3),
  ];
  const [first, second, third, fourth] = dumps as [Buffer, Buffer, Buffer, Buffer]; // four
  const full = await packBlind(first, 0);
  const { observer, bytes } = sealIds(idOf(1), INDEX_KEY);
  const archive = packArchive(inPieces(second), {
    codec: 'zstd',
    level: 3,
    archiveId: idOf(1),
    observer,
    parent: { kind: 'incremental', chain: await chainOf([full.file]) },
  });
  const [deltas, ids] = await Promise.all([collect(archive.bytes), collect(bytes)]);
  const blind = await packBlind(third, 2, { ids });
  const last = await packNext([blind.file, deltas, full.file], fourth);
  expect(await unpackAll([last, blind.file, deltas, full.file])).toEqual(fourth);
  expect(await unpackAll([blind.file, deltas, full.file])).toEqual(third);
  expect(last.length).toBeLessThan(full.file.length / 5);
});

test('a differential builds on its full alone', async () => {
  const full = await packBlind(dump, 0);
  const changed = Buffer.concat([dump, noise(300_000)]);
  const differential = await packBlind(changed, 5, { ids: full.ids, place: 0, kind: 'differential' });
  expect((await chainOf([differential.file, full.file])).header.kind).toBe('differential');
  expect(await unpackAll([differential.file, full.file])).toEqual(changed);
});

test('a dump in gzip has ids like any other, and can be built on', async () => {
  const { observer, bytes } = sealIds(idOf(0), INDEX_KEY);
  const archive = packArchive(inPieces(dump), { codec: 'gzip', level: 1, archiveId: idOf(0), observer });
  const [full, ids] = await Promise.all([collect(archive.bytes), collect(bytes)]);
  const child = await packBlind(dump, 1, { ids });
  expect(child.file.length).toBeLessThan(1_000);
  expect(await unpackAll([child.file, full])).toEqual(dump);
});

test('empty dumps', async () => {
  const none = Buffer.alloc(0);
  const made = await packAllBlind([none, dump, none, dump]);
  for (const place of [0, 1, 2, 3])
    expect((await unpackAll(filesUpTo(made, place))).length).toBe(place % 2 === 0 ? 0 : dump.length);
});

test(
  'whatever is edited, by whichever writer, each point of the chain comes back',
  { timeout: 120_000 },
  async () => {
    const edit = record({
      at: nat(400_000),
      removed: nat(80_000),
      added: nat(120_000),
      seed: integer({ min: 1, max: 1_000 }),
    });
    await assert(
      asyncProperty(
        array(record({ edits: array(edit, { maxLength: 3 }), reads: constantFrom(true, false) }), {
          maxLength: 4,
        }),
        async (steps) => {
          let raw = copyText(400_000, 77);
          const dumps = [raw];
          const made = [await packBlind(raw, 0)];
          for (const { edits, reads } of steps) {
            raw = edits.reduce(
              (bytes, { at, removed, added, seed }) =>
                Buffer.concat([bytes.subarray(0, at), copyText(added, seed), bytes.subarray(at + removed)]),
              raw,
            );
            const place = made.length;
            const { observer, bytes } = sealIds(idOf(place), INDEX_KEY);
            const parent = reads
              ? { chain: await chainOf(filesUpTo(made, place - 1)) }
              : { ids: await openFile(made[place - 1]?.ids ?? Buffer.alloc(0), idOf(place - 1)) };
            const archive = packArchive(inPieces(raw), {
              codec: 'zstd',
              level: 3,
              archiveId: idOf(place),
              observer,
              parent: { kind: 'incremental', ...parent },
            });
            const [file, ids] = await Promise.all([collect(archive.bytes), collect(bytes)]);
            made.push({ file, ids });
            dumps.push(raw);
          }
          for (const [place, expected] of dumps.entries())
            expect((await unpackAll(filesUpTo(made, place))).equals(expected)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  },
);
