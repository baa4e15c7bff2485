import type { BackupFacts } from '@holdfast/retention-policy';
import { expect, test } from 'vitest';
import { leaveOutNewer, leaveToPrimary } from './plan-places.ts';

const backup = (name: string, day: number, ...ancestors: readonly string[]): BackupFacts => ({
  name,
  filename: `${name}.dump`,
  type: ancestors.length > 0 ? 'incremental' : 'full',
  createdAt: `2026-01-0${day}T00:00:00.000Z`,
  sizeBytes: 1,
  trigger: 'manual',
  ancestors,
});

test('at a place of copies, what the primary place keeps is left to it', () => {
  const backups = [backup('a', 1), backup('b', 2)];
  expect(leaveToPrimary(backups, new Set(['b']))).toEqual([
    backup('a', 1),
    { ...backup('b', 2), inUse: 'the primary place keeps it' },
  ]);
  expect(leaveToPrimary(backups, undefined)).toBe(backups);
});

test('what was made after the plan takes no part in it, but keeps what it builds on', () => {
  const backups = [backup('a', 1), backup('b', 2), backup('c', 4, 'a')];
  const at = { toISOString: () => '2026-01-03T00:00:00.000Z' };
  expect(leaveOutNewer(backups, at)).toEqual([
    { ...backup('a', 1), inUse: 'a newer backup builds on it' },
    backup('b', 2),
  ]);
  expect(leaveOutNewer(backups, undefined)).toBe(backups);
});
