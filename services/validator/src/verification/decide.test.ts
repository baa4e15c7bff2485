import type { ValidationResult, Verification } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { afterValidation } from './decide.ts';

const NAME = 'app_20260102T030405Z_full_0123abcd';
const result = (of: Partial<ValidationResult>): ValidationResult => ({
  filename: `${NAME}.dump.zst`,
  name: NAME,
  level: 'restore',
  verdict: 'proven',
  findings: [],
  durationMs: 9,
  recoveryMs: 7,
  ...of,
});
const proven: Verification = {
  database: 'app',
  filename: `${NAME}.dump.zst`,
  lastValidation: { at: '2026-01-03T00:00:00Z', level: 'restore', verdict: 'proven' },
  provenAt: '2026-01-03T00:00:00Z',
  lastProofAt: '2026-01-03T00:00:00Z',
  recoveryMs: 7,
};
const later = '2026-01-04T00:00:00Z';

test('a drill proves', () => {
  expect(afterValidation(undefined, result({}), '2026-01-03T00:00:00Z')).toEqual(proven);
});
test.each<[string, Partial<ValidationResult>, Partial<Verification>]>([
  ['a lower level leaves the proof', { level: 'structure', verdict: 'valid' }, { provenAt: proven.provenAt }],
  ['every byte read is told', { level: 'checksum', verdict: 'valid' }, { verifiedAt: later }],
  [
    'an inconclusive drill leaves it',
    { verdict: 'inconclusive' },
    { provenAt: proven.provenAt, recoveryMs: 7 },
  ],
  ['a new drill is a new proof', { recoveryMs: 8 }, { provenAt: later, recoveryMs: 8 }],
])('%s', (_name, of, expected) => {
  expect(afterValidation(proven, result(of), later)).toMatchObject(expected);
});
test('a bad one takes the proof back; that there was one stays known', () => {
  const after = afterValidation(proven, result({ verdict: 'invalid' }), later);
  expect(after).not.toHaveProperty('provenAt');
  expect(after?.lastProofAt).toBe(proven.provenAt);
  expect(after?.lastValidation?.verdict).toBe('invalid');
});
test.each([
  ['the same again', result({}), '2026-01-03T00:00:00Z'],
  ['an earlier one', result({ verdict: 'invalid' }), '2026-01-01T00:00:00Z'],
  ['a file that is not ours', result({ name: 'legacy.sql' }), later],
])('%s changes nothing', (_name, of, at) => {
  expect(afterValidation(proven, of, at)).toBeUndefined();
});
