import { expect, test } from 'vitest';
import { briefly } from './briefly.ts';

test('an answer is remembered for its time, and no longer', async () => {
  let now = 0;
  let asked = 0;
  const read = briefly(
    10,
    () => Promise.resolve(++asked),
    () => now,
  );
  expect(await read()).toBe(1);
  now = 9;
  expect(await read()).toBe(1);
  now = 10;
  expect(await read(11)).toBe(1);
  expect(await read()).toBe(2);
});

test('those who ask at once share one question; with no time to remember, later ones ask again', async () => {
  let asked = 0;
  const read = briefly(0, () => Promise.resolve(++asked));
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  expect(await read()).toBe(2);
});

test('a failure is not remembered', async () => {
  let asked = 0;
  const read = briefly(
    10,
    () => (++asked === 1 ? Promise.reject(new Error('down')) : Promise.resolve('up')),
    () => 0,
  );
  await expect(read()).rejects.toThrow('down');
  expect(await read()).toBe('up');
});
