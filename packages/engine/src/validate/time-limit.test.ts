import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { timeLimit } from './time-limit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const never = new AbortController().signal;

test('the time counts from its begin, once, and the limit is a failure of its own', () => {
  const limit = timeLimit(never, 1_000, 'too late');
  vi.advanceTimersByTime(5_000);
  expect(limit.signal.aborted).toBe(false);
  limit.begin();
  vi.advanceTimersByTime(900);
  limit.begin();
  expect(limit.signal.aborted).toBe(false);
  vi.advanceTimersByTime(100);
  expect(limit.signal.reason).toMatchObject({ code: 'drill_timed_out', message: 'too late' });
});

test('what has ended, or has no limit, is never late; the outer signal holds', () => {
  const outer = new AbortController();
  const [ended, endless] = [timeLimit(outer.signal, 1, ''), timeLimit(outer.signal, undefined, '')];
  ended.begin();
  ended.end();
  endless.begin();
  vi.advanceTimersByTime(1_000_000);
  expect([ended.signal.aborted, endless.signal.aborted]).toEqual([false, false]);
  outer.abort();
  expect([ended.signal.aborted, endless.signal.aborted]).toEqual([true, true]);
});
