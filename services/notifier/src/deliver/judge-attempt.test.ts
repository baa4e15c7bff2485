import { expect, test } from 'vitest';
import { judgeAttempt } from './judge-attempt.ts';
import { judgePause } from './judge-pause.ts';

const policy = { maxAttempts: 10, firstDelayMs: 5_000, longestDelayMs: 3_600_000 };
const failed = {
  failure: { code: 'delivery_failed', message: '' },
  attempts: 1,
  retryAfterMs: undefined,
  jitter: 1,
} as const;

test.each([
  [1, 5_000],
  [2, 15_000],
  [3, 45_000],
  [7, 3_600_000],
  [9, 3_600_000],
])('after attempt %d it waits at most %d ms', (attempts, delayMs) => {
  expect(judgeAttempt({ ...failed, attempts }, policy)).toEqual({ verdict: 'again', delayMs });
  expect(judgeAttempt({ ...failed, attempts, jitter: 0 }, policy)).toEqual({
    verdict: 'again',
    delayMs: delayMs / 2,
  });
});

test('what the receiver asks for is the least wait', () => {
  expect(judgeAttempt({ ...failed, retryAfterMs: 60_000, jitter: 0 }, policy)).toEqual({
    verdict: 'again',
    delayMs: 60_000,
  });
  expect(judgeAttempt({ ...failed, retryAfterMs: 60_000 }, policy)).toEqual({
    verdict: 'again',
    delayMs: 66_000,
  });
});

test('the last attempt, and a refusal for good, end it', () => {
  expect(judgeAttempt({ ...failed, attempts: 10 }, policy)).toEqual({ verdict: 'dead' });
  for (const code of ['delivery_refused', 'target_refused'] as const)
    expect(judgeAttempt({ ...failed, failure: { code, message: '' } }, policy)).toEqual({ verdict: 'dead' });
});

test.each([
  [1, undefined, 0],
  [2, undefined, 0],
  [3, undefined, 5_000],
  [4, undefined, 10_000],
  [20, undefined, 60_000],
  [1, 30_000, 30_000],
])('%d failures in a row, asked for %s: the channel rests %d ms', (inARow, asked, restMs) => {
  expect(judgePause(inARow, asked, policy)).toBe(restMs);
});
