import { expect, test } from 'vitest';
import { mapInOrder } from './map-in-order.ts';

async function* count(to: number): AsyncGenerator<number> {
  for (let item = 0; item < to; item += 1) yield item;
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const bounds = { concurrency: 3, depth: 5 };

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

test('keeps the order whatever ends first', async () => {
  const mapped = mapInOrder(count(50), bounds, async (item) => {
    for (let turns = (item * 7) % 5; turns > 0; turns -= 1) await turn();
    return item * 2;
  });
  expect(await all(mapped)).toEqual(Array.from({ length: 50 }, (_, item) => item * 2));
});

test('of nothing is nothing', async () => {
  expect(await all(mapInOrder(count(0), bounds, async (item) => item))).toEqual([]);
});

test('runs as many side by side as it may, and no more', async () => {
  let running = 0;
  let most = 0;
  const mapped = mapInOrder(count(30), bounds, async () => {
    running += 1;
    most = Math.max(most, running);
    await turn();
    await turn();
    running -= 1;
  });
  await all(mapped);
  expect(most).toBe(3);
});

test('reads ahead only as far as there is room for results', async () => {
  let asked = 0;
  async function* source(): AsyncGenerator<number> {
    for (;;) yield (asked += 1);
  }
  const mapped = mapInOrder(source(), bounds, async (item) => item);
  await mapped.next();
  for (let turns = 0; turns < 20; turns += 1) await turn();
  expect(asked).toBeGreaterThan(4);
  expect(asked).toBeLessThanOrEqual(bounds.depth + 1);
  await mapped.return(undefined);
});

test('a failed map is thrown in its turn, after the results before it', async () => {
  const seen: number[] = [];
  const mapped = mapInOrder(count(9), bounds, async (item) => {
    if (item === 2) throw new Error('third');
    await turn();
    return item;
  });
  await expect(
    (async () => {
      for await (const item of mapped) seen.push(item);
    })(),
  ).rejects.toThrow('third');
  expect(seen).toEqual([0, 1]);
});

test('a failed source is thrown after the results before it', async () => {
  async function* source(): AsyncGenerator<number> {
    yield* count(4);
    throw new Error('source');
  }
  const seen: number[] = [];
  await expect(
    (async () => {
      for await (const item of mapInOrder(source(), bounds, async (each) => each)) seen.push(item);
    })(),
  ).rejects.toThrow('source');
  expect(seen).toEqual([0, 1, 2, 3]);
});

test('a reader that stops ends the source', async () => {
  let ended = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (;;) yield 1;
    } finally {
      ended = true;
    }
  }
  for await (const item of mapInOrder(source(), bounds, async (each) => each)) {
    expect(item).toBe(1);
    break;
  }
  await expect.poll(() => ended).toBe(true);
});

test('a reader that stops is not held up by a silent source', async () => {
  async function* source(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => undefined);
  }
  const mapped = mapInOrder(source(), bounds, async (item) => item);
  expect(await mapped.next()).toEqual({ done: false, value: 1 });
  expect(await mapped.return(undefined)).toEqual({ done: true, value: undefined });
});
