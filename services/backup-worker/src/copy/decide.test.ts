import { expect, test } from 'vitest';
import { decideMissing, isWantedIn } from './decide.ts';

test.each([
  ['never asked for', undefined, undefined, 'first'],
  ['under way', 'running', undefined, undefined],
  ['still to be begun', 'requested', undefined, undefined],
  ['failed', 'failed', undefined, 'today'],
  ['made, and lost since', 'completed', undefined, 'today'],
  ['failed, and again today', 'failed', 'failed', undefined],
  ['failed, and under way again', 'failed', 'running', undefined],
  ['cancelled', 'cancelled', undefined, undefined],
] as const)('%s', (_name, first, today, expected) => {
  expect(decideMissing(first && { state: first }, today && { state: today })).toBe(expected);
});

test('copies go where the request says, else everywhere', () => {
  expect(isWantedIn('offsite', undefined)).toBe(true);
  expect(isWantedIn('offsite', ['offsite'])).toBe(true);
  expect(isWantedIn('offsite', [])).toBe(false);
});
