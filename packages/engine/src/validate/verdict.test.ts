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
  [
    'what the scratch server lacked is neither a pass nor a bad backup',
    'restore',
    [ok, { check: 'extensions', outcome: 'inconclusive', detail: '' }],
    'inconclusive',
  ],
  [
    'a difference beats it',
    'restore',
    [
      { check: 'rows', outcome: 'failed', detail: '' },
      { check: 'version', outcome: 'inconclusive', detail: '' },
    ],
    'invalid',
  ],
] as const)('%s', (_name, level, findings, verdict) => {
  expect(verdictOf(level, findings)).toBe(verdict);
});
