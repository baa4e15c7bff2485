import { expect, test } from 'vitest';
import { judgeRetry } from './judge-retry.ts';

const limits = { tries: 5, totalMs: 10_000, firstDelayMs: 100, maxDelayMs: 500 };
const transient = { isTransient: true };

test.each([
  ['the first failure', transient, 1, 0, 0.5, { retry: true, delayMs: 50 }],
  ['the second: twice as long', transient, 2, 0, 0.5, { retry: true, delayMs: 100 }],
  ['the fourth: no longer than the longest', transient, 4, 0, 0.5, { retry: true, delayMs: 250 }],
  ['the least jitter', transient, 3, 0, 0, { retry: true, delayMs: 0 }],
  ['the most jitter', transient, 3, 0, 0.999, { retry: true, delayMs: 399.6 }],
  ['the last try', transient, 5, 0, 0.5, { retry: false, because: 'tries' }],
  ['time is up', transient, 1, 10_001, 0, { retry: false, because: 'time' }],
  ['time would be up after the wait', transient, 2, 9_950, 0.5, { retry: false, because: 'time' }],
  ['exactly in time', transient, 2, 9_900, 0.5, { retry: true, delayMs: 100 }],
  ['what will not pass', { isTransient: false }, 1, 0, 0.5, { retry: false, because: 'not_transient' }],
  ['what is no failure of the storage', undefined, 1, 0, 0.5, { retry: false, because: 'not_transient' }],
] as const)('%s', (_name, failure, triesMade, elapsedMs, random, expected) => {
  expect(judgeRetry(failure, { triesMade, elapsedMs, random }, limits)).toEqual(expected);
});
