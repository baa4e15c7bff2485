import { expect, test } from 'vitest';
import { validationAfter } from './decide.ts';

test.each([
  ['the setting holds', {}, 'structure', 'structure'],
  ['a request asks for more', { validate: 'restore' }, 'structure', 'restore'],
  ['a request asks for none', { validate: 'none' }, 'structure', undefined],
  ['switched off', {}, 'none', undefined],
] as const)('%s', (_name, request, setting, expected) => {
  expect(validationAfter(request, setting)).toBe(expected);
});
