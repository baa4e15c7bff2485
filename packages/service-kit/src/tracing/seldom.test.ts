import { expect, test } from 'vitest';
import { seldom } from './seldom.ts';

test('the same is told again only after a while, something else at once', () => {
  let now = 0;
  const told: string[] = [];
  const tell = seldom(
    10,
    (each) => told.push(each),
    () => now,
  );
  tell('refused');
  now = 9;
  tell('refused');
  tell('timed out');
  tell('timed out');
  now = 19;
  tell('timed out');
  expect(told).toEqual(['refused', 'timed out', 'timed out']);
});
