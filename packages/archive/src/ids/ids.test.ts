import { array, assert, asyncProperty, integer, nat, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idOf } from '../../test/chains.ts';
import { INDEX_KEY, LINEAGE, openFile, OTHER_KEY, sealNumbers, shaOf } from '../../test/ids-files.ts';
import { IdsError, type IdsErrorCode } from './ids-error.ts';
import { HEAD_BYTES, IDS_PER_PIECE } from './ids-format.ts';
import { sealIds } from './seal-ids.ts';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);
const coded = (...codes: IdsErrorCode[]): unknown =>
  expect.objectContaining({ name: 'IdsError', code: expect.toBeOneOf(codes) });
const failureOf = (file: Uint8Array): Promise<unknown> =>
  openFile(file).then(
    () => undefined,
    (error: unknown) => error,
  );

test.each([0, 1, 2, IDS_PER_PIECE - 1, IDS_PER_PIECE, IDS_PER_PIECE + 1, 2 * IDS_PER_PIECE])(
  'of %i chunks, each is found by its hash, and no other',
  async (count) => {
    const ids = await openFile(await sealNumbers(numbers(count)));
    expect(ids).toMatchObject({ chunks: count, rawBytes: 1_000 * count, lineage: LINEAGE });
    for (const number of numbers(count)) {
      expect(ids.find(shaOf(number), number)).toBe(number);
      if (number % 97 === 0) expect(ids.find(shaOf(number), 0)).toBe(number);
    }
    expect(ids.find(shaOf(count), 0)).toBeUndefined();
    expect(ids.find(shaOf(count), count)).toBeUndefined();
  },
);

test('whatever the chunks are, also the same ones again', async () => {
  await assert(
    asyncProperty(array(nat(50), { maxLength: 200 }), async (chunks) => {
      const ids = await openFile(await sealNumbers(chunks));
      for (const [ordinal, number] of chunks.entries()) {
        expect(ids.find(shaOf(number), ordinal)).toBe(ordinal);
        expect(chunks[ids.find(shaOf(number), chunks.length) ?? -1]).toBe(number);
      }
      expect(ids.find(shaOf(51), 0)).toBeUndefined();
    }),
    { numRuns: 30 },
  );
});

test('nothing of the hashes, and no two files alike', async () => {
  const [one, two] = [await sealNumbers(numbers(50)), await sealNumbers(numbers(50))];
  for (const file of [one, two])
    for (const number of numbers(50)) {
      expect(file.includes(shaOf(number).subarray(0, 8))).toBe(false);
      expect(file.includes(INDEX_KEY.idOf(shaOf(number)))).toBe(false);
    }
  expect(one.subarray(40).equals(two.subarray(40))).toBe(false);
});

test('of a large dump: 200 KB of file and some megabytes of memory for 3 GiB', async () => {
  const count = 3 * IDS_PER_PIECE;
  const file = await sealNumbers(numbers(count));
  expect(file.length).toBeLessThan(16.1 * count);
  const before = process.memoryUsage().arrayBuffers;
  await openFile(file);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10e6);
});

describe('refused', () => {
  const large = sealNumbers(numbers(2 * IDS_PER_PIECE + 10));
  /** Where each piece begins, and the end. */
  const edgesOf = (file: Buffer): readonly number[] => {
    const edges = [HEAD_BYTES];
    for (let at = HEAD_BYTES; at < file.length; edges.push(at))
      at += 4 + (file.readUInt32LE(at) & 0x7fffffff);
    return edges;
  };
  const piecesOf = (file: Buffer): readonly Buffer[] => {
    const edges = edgesOf(file);
    return edges.slice(1).map((end, index) => file.subarray(edges[index], end));
  };

  test('a small file cut at any length', async () => {
    const file = await sealNumbers(numbers(5));
    for (let length = 0; length < file.length; length += 1)
      expect([length, await failureOf(file.subarray(0, length))]).toEqual([
        length,
        coded('archive_truncated'),
      ]);
  });

  test('a file cut at any edge of a piece, and beside it', async () => {
    const file = await large;
    const edges = edgesOf(file);
    expect(edges).toHaveLength(5);
    for (const edge of edges)
      for (const at of [edge - 17, edge - 1, edge, edge + 1, edge + 4, edge + 5])
        if (at < file.length)
          expect([at, await failureOf(file.subarray(0, at))]).toEqual([at, coded('archive_truncated')]);
  });

  test('any flipped bit of a small file', async () => {
    const file = await sealNumbers(numbers(3));
    const codes = new Set<string>();
    for (let bit = 0; bit < file.length * 8; bit += 1) {
      const changed = Buffer.from(file);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const error = await failureOf(changed);
      codes.add(error instanceof IdsError ? error.code : `bit ${bit}: ${String(error)}`);
    }
    // key_wrong: the fingerprint of the key. truncated: a length that became larger.
    expect([...codes].sort()).toEqual([
      'archive_corrupt',
      'archive_foreign',
      'archive_truncated',
      'archive_unsupported',
      'key_wrong',
    ]);
  });

  test('pieces exchanged, left out, doubled, or after the end', async () => {
    const file = await large;
    const head = file.subarray(0, HEAD_BYTES);
    const [first, second, third, last] = piecesOf(file);
    if (!first || !second || !third || !last) throw new Error('four pieces were written');
    for (const pieces of [
      [second, first, third, last],
      [first, third, last],
      [second, third, last],
      [first, first, second, third, last],
      [first, second, third, last, last],
      [last],
      [first, second, third, last, Buffer.from('\n')],
    ])
      expect(await failureOf(Buffer.concat([head, ...pieces]))).toEqual(coded('archive_corrupt'));
    expect(await failureOf(Buffer.concat([head, first, second, third, last]))).toBeUndefined();
  });

  test('pieces of another file of the same archive and the same key', async () => {
    const [one, two] = [await sealNumbers(numbers(5)), await sealNumbers(numbers(5))];
    const mixed = Buffer.concat([one.subarray(0, HEAD_BYTES), two.subarray(HEAD_BYTES)]);
    expect(await failureOf(mixed)).toEqual(coded('archive_corrupt'));
  });

  test('a file of another archive, also when its head says otherwise', async () => {
    const file = await sealNumbers(numbers(5));
    await expect(openFile(file, idOf(7))).rejects.toThrow(coded('archive_corrupt'));
    const renamed = Buffer.from(file);
    renamed.write(idOf(7).replaceAll('-', ''), 16, 'hex');
    await expect(openFile(renamed, idOf(7))).rejects.toThrow(coded('archive_corrupt'));
  });

  test('another key, which is named by its fingerprint', async () => {
    const file = await sealNumbers(numbers(5));
    await expect(openFile(file, idOf(2), OTHER_KEY)).rejects.toThrow(coded('key_wrong'));
    await expect(openFile(file, idOf(2), OTHER_KEY)).rejects.toThrow(INDEX_KEY.fingerprint);
    const renamed = Buffer.from(file);
    renamed.write(OTHER_KEY.fingerprint, 32, 'hex');
    await expect(openFile(renamed, idOf(2), OTHER_KEY)).rejects.toThrow(coded('archive_corrupt'));
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'archive_truncated'],
    ['something else', Buffer.alloc(200, 0x20), 'archive_foreign'],
  ] as const)('%s', async (_name, file, code) => {
    expect(await failureOf(file)).toEqual(coded(code));
  });

  test('bytes of any kind are refused and never read as ids', async () => {
    await assert(
      asyncProperty(uniqueArray(integer({ min: HEAD_BYTES, max: 400 }), { minLength: 1 }), async (places) => {
        const file = Buffer.from(await sealNumbers(numbers(20)));
        for (const at of places) file.writeUInt8(file.readUInt8(at % file.length) ^ 0x5a, at % file.length);
        expect(await failureOf(file)).toEqual(
          coded(
            'archive_corrupt',
            'archive_truncated',
            'archive_foreign',
            'key_wrong',
            'archive_unsupported',
          ),
        );
      }),
      { numRuns: 50 },
    );
  });
});

test('a reader that stops, and an archive that fails, hang nobody', async () => {
  const { observer, bytes } = sealIds(idOf(2), INDEX_KEY);
  await bytes[Symbol.asyncIterator]().return?.();
  for (const number of numbers(IDS_PER_PIECE + 1)) await observer.chunk(shaOf(number), 1);
  await observer.end(LINEAGE);

  const failing = sealIds(idOf(2), INDEX_KEY);
  const failure = new Error('the dump broke off');
  const next = failing.bytes[Symbol.asyncIterator]().next();
  failing.fail(failure);
  await expect(next).rejects.toBe(failure);
});
