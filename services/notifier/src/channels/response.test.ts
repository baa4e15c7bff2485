import { expect, test } from 'vitest';
import { judgeResponse, parseRetryAfter } from './judge-response.ts';

const now = Date.parse('2026-03-01T00:00:00Z');

test.each([
  [200, 'taken'],
  [204, 'taken'],
  [301, 'never'],
  [307, 'never'],
  [400, 'never'],
  [401, 'never'],
  [404, 'never'],
  [410, 'never'],
  [408, 'again'],
  [425, 'again'],
  [429, 'again'],
  [500, 'again'],
  [502, 'again'],
  [503, 'again'],
] as const)('%s: %s', (status, verdict) => {
  expect(judgeResponse(status, undefined, now).verdict).toBe(verdict);
});

test.each([
  ['30', 30_000],
  [' 5 ', 5_000],
  ['Sun, 01 Mar 2026 00:02:00 GMT', 120_000],
  ['Sat, 28 Feb 2026 23:00:00 GMT', 0],
  ['999999999', 6 * 3_600_000],
  ['soon', undefined],
  ['', undefined],
])('Retry-After %s', (text, expected) => {
  expect(parseRetryAfter(text, now)).toBe(expected);
});

test('dates are read as Date reads them', () => {
  for (
    let at = Date.parse('2024-01-01T00:00:00Z');
    at < Date.parse('2029-01-01T00:00:00Z');
    at += 86_400_000 * 3.7
  ) {
    const whole = Math.floor(at / 1_000) * 1_000;
    expect(parseRetryAfter(new Date(whole).toUTCString(), whole - 1_000)).toBe(1_000);
  }
});
