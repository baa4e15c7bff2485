import { expect, test } from 'vitest';
import { assertDestinations, validationAfter } from './decide.ts';

test.each([
  ['the setting holds', {}, 'structure', 'structure'],
  ['a request asks for more', { validate: 'restore' }, 'structure', 'restore'],
  ['a request asks for none', { validate: 'none' }, 'structure', undefined],
  ['switched off', {}, 'none', undefined],
] as const)('%s', (_name, request, setting, expected) => {
  expect(validationAfter(request, setting)).toBe(expected);
});

test('a destination that nobody configured is refused, naming those that are', () => {
  const places = [{ id: 'file-1a2b3c' }, { id: 'offsite' }];
  expect(() => assertDestinations(undefined, places)).not.toThrow();
  expect(() => assertDestinations(['offsite', 'file-1a2b3c'], places)).not.toThrow();
  expect(() => assertDestinations(['offsite', 'moon'], places)).toThrow(
    'No destination "moon" is configured (known: file-1a2b3c, offsite)',
  );
});
