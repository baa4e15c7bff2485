import { expect, test } from 'vitest';
import { retryDelayMs } from './judge-retry.ts';

test.each([
  [1, 250],
  [2, 500],
  [3, 1_000],
  [5, 4_000],
  [6, 5_000],
  [1_000_000, 5_000],
  [0, 250],
])('delivery %d: again after %d ms', (deliveryCount, delayMs) => {
  expect(retryDelayMs(deliveryCount)).toBe(delayMs);
});
