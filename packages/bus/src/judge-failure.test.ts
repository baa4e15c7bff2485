import { describe, expect, test } from 'vitest';
import { judgeFailure, type FailedDelivery } from './judge-failure.ts';

const failed = (fields: Partial<FailedDelivery>): FailedDelivery => ({
  failure: { code: 'storage_failed', message: 'x' },
  deliveryCount: 1,
  maxDeliveries: 20,
  jitter: 1,
  ...fields,
});
const retry = (delayMs: number) => ({ verdict: 'retry', delayMs });
const deadLetter = { verdict: 'dead-letter' };

describe('judgeFailure', () => {
  test.each([
    ['the first failure waits a second', failed({}), retry(1_000)],
    ['the second twice as long', failed({ deliveryCount: 2 }), retry(2_000)],
    ['the fifth sixteen times', failed({ deliveryCount: 5 }), retry(16_000)],
    ['never more than a minute', failed({ deliveryCount: 7 }), retry(60_000)],
    ['not even after very many', failed({ deliveryCount: 5_000, maxDeliveries: Infinity }), retry(60_000)],
    ['without jitter half as long', failed({ jitter: 0 }), retry(500)],
    ['the last allowed delivery is given up', failed({ deliveryCount: 20 }), deadLetter],
    ['so is one beyond it', failed({ deliveryCount: 21 }), deadLetter],
    [
      'what cannot get better is given up at once',
      failed({ failure: { code: 'invalid_request', message: 'x' } }),
      deadLetter,
    ],
    [
      'an unknown error is tried again',
      failed({ failure: { code: 'internal', message: 'x' } }),
      retry(1_000),
    ],
    ['the handler names its own delay', failed({ retryAfterMs: 123_456 }), retry(123_456)],
    ['even none', failed({ retryAfterMs: 0 }), retry(0)],
    ['never a negative one', failed({ retryAfterMs: -5 }), retry(0)],
    ['and is obeyed whatever the count', failed({ retryAfterMs: 5, deliveryCount: 20 }), retry(5)],
  ])('%s', (_name, input, expected) => {
    expect(judgeFailure(input)).toEqual(expected);
  });
});
