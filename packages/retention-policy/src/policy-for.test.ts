import { DEFAULT_POLICY, retentionPolicySchema, type RetentionPolicy } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { environmentPolicy } from './environment-policy.ts';
import { policyFor } from './policy-for.ts';

/** Told apart by their number. */
const policy = (keepLast: number): RetentionPolicy => retentionPolicySchema.parse({ keepLast });
const environment = policy(0);
const file = [
  { pattern: '*', policy: policy(1) },
  { pattern: 'shop_*', policy: policy(2) },
  { pattern: 'shop_??', policy: policy(3) },
  { pattern: 'shop_de', policy: policy(4) },
];
const all = new Map([
  ['shop_de', policy(5)],
  [DEFAULT_POLICY, policy(6)],
]);
const none = new Map<string, RetentionPolicy>();

test.each([
  ['stored for it', 'shop_de', all, file, 5, 'stored'],
  ['the file names it', 'shop_de', none, file, 4, 'file'],
  ['the first pattern that matches', 'shop_fr', none, file, 2, 'file'],
  ['a pattern of the file before the stored default', 'shop_fr', all, file, 2, 'file'],
  ['the stored default before what the file says of all', 'app', all, file, 6, 'stored'],
  ['what the file says of all', 'app', none, file, 1, 'file'],
  ['the environment', 'app', none, [], 0, 'environment'],
  ['the default itself, stored', DEFAULT_POLICY, all, file, 6, 'stored'],
  ['the default itself, of the file', DEFAULT_POLICY, none, file, 1, 'file'],
] as const)('%s', (_name, database, stored, entries, keepLast, source) => {
  expect(policyFor(database, { stored, file: entries, environment })).toEqual({
    policy: policy(keepLast),
    source,
  });
});

test('the limits of the settings are a policy', () => {
  const limits = { BACKUP_RETENTION_DAYS: 30, BACKUP_MAX_BACKUPS: 100, BACKUP_TIMEZONE: 'Europe/Berlin' };
  expect(environmentPolicy(limits)).toEqual({
    maxAgeMs: 30 * 86_400_000,
    maxCount: 100,
    timezone: 'Europe/Berlin',
    minimumRedundancy: 1,
  });
});
