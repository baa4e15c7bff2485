import { expect, test } from 'vitest';
import { streamOf } from '../../test/bytes.ts';
import { fillParts } from './fill-parts.ts';

/** Number, text and whether it is the last, of each part. */
async function partsOf(pieces: readonly string[], firstBytes: number): Promise<unknown[]> {
  const parts: unknown[] = [];
  for await (const { number, bytes, isLast, release } of fillParts(streamOf(...pieces), firstBytes)) {
    parts.push([number, bytes.toString(), isLast]);
    release();
  }
  return parts;
}

test.each([
  ['nothing', [], [[1, '', true]]],
  ['empty pieces', ['', ''], [[1, '', true]]],
  ['less than a part', ['ab'], [[1, 'ab', true]]],
  [
    'exactly a part',
    ['abc'],
    [
      [1, 'abc', false],
      [2, '', true],
    ],
  ],
  [
    'pieces over the border',
    ['ab', 'cd', 'e'],
    [
      [1, 'abc', false],
      [2, 'de', true],
    ],
  ],
  [
    'a piece of several parts',
    ['abcdefg'],
    [
      [1, 'abc', false],
      [2, 'def', false],
      [3, 'g', true],
    ],
  ],
])('%s', async (_name, pieces, expected) => {
  expect(await partsOf(pieces, 3)).toEqual(expected);
});

test('a part that was released is filled again, one that was not is left alone', async () => {
  const parts = fillParts(streamOf('abcdefghi'), 3);
  const take = async (): Promise<{ bytes: Buffer; release: () => void }> => {
    const { value } = await parts.next();
    if (!value) throw new Error('no part');
    return value;
  };
  const first = await take();
  const second = await take();
  first.release();
  const third = await take();
  expect(third.bytes.buffer).toBe(first.bytes.buffer);
  expect(second.bytes.toString()).toBe('def');
});

test('parts grow when there are many', async () => {
  let last = 0;
  const body = (async function* () {
    for (let count = 0; count < 11_000; count += 1) yield Buffer.alloc(1);
  })();
  for await (const { number, release } of fillParts(body, 1)) {
    last = number;
    release();
  }
  expect(last).toBeLessThan(6_600);
});
