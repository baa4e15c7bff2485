import { expect, test } from 'vitest';
import { verdictOf } from './validate-backup.ts';

const ok = { check: 'restore', outcome: 'ok', detail: '' } as const;
test.each([
  ['a full drill proves', 'restore', [ok, { check: 'rows', outcome: 'ok', detail: '' }], 'proven'],
  ['reading alone does not', 'structure', [ok], 'valid'],
  [
    'a difference is a bad backup',
    'restore',
    [ok, { check: 'rows', outcome: 'failed', detail: '' }],
    'invalid',
  ],
  [
    'rows that were not compared prove nothing',
    'restore',
    [ok, { check: 'rows', outcome: 'skipped', detail: '' }],
    'valid',
  ],
  [
    'a schema hash of another major is no reason to doubt',
    'restore',
    [ok, { check: 'schema', outcome: 'skipped', detail: '' }],
    'proven',
  ],
] as const)('%s', (_name, level, findings, verdict) => {
  expect(verdictOf(level, findings)).toBe(verdict);
});
