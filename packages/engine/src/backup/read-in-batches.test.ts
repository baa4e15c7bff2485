import type { PieceSource } from '@holdfast/postgres';
import { expect, test } from 'vitest';
import { readInBatches } from './read-in-batches.ts';

/** A pipe whose pieces the test gives; like a real one, it gives none while it is paused. */
function pipe() {
  const ended = Promise.withResolvers<void>();
  const waiting: Uint8Array[] = [];
  let take = (_piece: Uint8Array): boolean => false;
  let isFlowing = false;
  let isOver = false;
  let isDestroyed = false;
  const flow = (): void => {
    for (; isFlowing && waiting.length > 0; waiting.shift()) {
      const piece = Buffer.from(waiting[0] ?? []);
      isFlowing = take(piece);
      piece.fill(0); // a piece holds during the call alone
    }
    if (isOver && waiting.length === 0) ended.resolve();
  };
  const source: PieceSource = {
    begin: (taking) => {
      take = taking;
      isFlowing = true;
      flow();
    },
    resume: () => {
      isFlowing = true;
      flow();
    },
    ended: ended.promise,
    destroy: () => {
      isDestroyed = true;
      ended.resolve();
    },
  };
  return {
    source,
    give: (bytes: number, value: number) => {
      waiting.push(Buffer.alloc(bytes, value));
      flow();
    },
    end: () => {
      isOver = true;
      flow();
    },
    fail: (error: Error) => ended.reject(error),
    isDestroyed: () => isDestroyed,
  };
}

async function allOf(source: PieceSource): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const batch of readInBatches(source)) parts.push(Buffer.from(batch));
  return Buffer.concat(parts);
}

test.each([
  ['small pieces', 300, 4_000],
  ['the largest', 10, 128 * 1024],
  ['odd ones', 40, 60_001],
])('%s come together, in order', async (_name, count, bytes) => {
  const { source, give, end } = pipe();
  const reading = allOf(source);
  for (let number = 0; number < count; number += 1) {
    give(bytes, number % 251);
    if (number % 7 === 0) await Promise.resolve();
  }
  end();
  const expected = Buffer.concat(
    Array.from({ length: count }, (_, number) => Buffer.alloc(bytes, number % 251)),
  );
  expect((await reading).equals(expected)).toBe(true);
});

test('a source that trickles is passed on', async () => {
  const { source, give } = pipe();
  const iterator = readInBatches(source);
  const first = iterator.next();
  give(10, 1);
  expect((await first).value?.length).toBe(10);
  await iterator.return(undefined);
});

test('nothing is nothing; an error comes after what was before it', async () => {
  const empty = pipe();
  empty.end();
  expect((await allOf(empty.source)).length).toBe(0);

  const failing = pipe();
  failing.give(10, 1);
  const iterator = readInBatches(failing.source);
  expect((await iterator.next()).value?.length).toBe(10);
  failing.fail(new Error('the pipe broke'));
  await expect(iterator.next()).rejects.toThrow('the pipe broke');
});

test('whoever stops reading ends the pipe', async () => {
  const { source, give, isDestroyed } = pipe();
  give(200_000, 1);
  for await (const batch of readInBatches(source)) {
    expect(batch.length).toBeGreaterThan(0);
    break;
  }
  expect(isDestroyed()).toBe(true);
});
