import { expect, test } from 'vitest';
import { createHandover } from './handover.ts';

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const seen: T[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

/** Whether it has settled by now, as far as promises go. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  promise.then(settle, settle);
  await new Promise(setImmediate);
  return settled;
}

test('every item in its order, then the end', async () => {
  const { push, end, items } = createHandover<number>();
  const seen = all(items);
  for (let number = 0; number < 100; number += 1) await push(number);
  end();
  expect(await seen).toEqual(Array.from({ length: 100 }, (_, number) => number));
});

test('who pushes waits for who pulls', async () => {
  const { push, items } = createHandover<string>();
  const iterator = items[Symbol.asyncIterator]();
  const pushed = push('one');
  expect(await isSettled(pushed)).toBe(false);
  expect(await iterator.next()).toEqual({ done: false, value: 'one' });
  expect(await isSettled(pushed)).toBe(true);
});

test.each([
  ['while an item waits', true],
  ['before anything', false],
])('a reader that stops %s lets the other go on', async (_name, waits) => {
  const { push, end, items } = createHandover<string>();
  const iterator = items[Symbol.asyncIterator]();
  const pushed = waits ? push('one') : undefined;
  await iterator.return?.();
  await pushed;
  await push('two');
  end();
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test('a failure reaches a reader that waits, and drops what was not taken', async () => {
  const failure = new Error('the archive failed');
  const waiting = createHandover<string>();
  const next = waiting.items[Symbol.asyncIterator]().next();
  waiting.fail(failure);
  await expect(next).rejects.toBe(failure);

  const full = createHandover<string>();
  const pushed = full.push('one');
  full.fail(failure);
  await pushed;
  await full.push('two');
  await expect(all(full.items)).rejects.toBe(failure);
});
