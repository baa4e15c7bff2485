import { expect, test } from 'vitest';
import { addressKey, openLimit } from './limits.ts';

test('each key has its own allowance, and is told how long to wait', () => {
  let now = 0;
  const limit = openLimit({ size: 2, perMinute: 6 }, 'Too much.', () => now);
  limit.take('a');
  limit.take('a');
  expect(() => limit.take('a')).toThrow('Too much. Try again in 10 s.');
  expect(() => limit.check('a')).toThrow(expect.objectContaining({ retryAfterSeconds: 10 }) as Error);
  expect(limit.tryTake('b')).toBe(true);
  now = 10_000;
  limit.check('a');
  limit.check('a');
  expect(limit.tryTake('a')).toBe(true);
  expect(limit.tryTake('a')).toBe(false);
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::5', '2001:db8:0:0::/64'],
])('%s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
