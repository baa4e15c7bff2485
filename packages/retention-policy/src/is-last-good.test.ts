import { expect, test } from 'vitest';
import type { BackupFacts } from './facts.ts';
import { isLastGood } from './is-last-good.ts';

const backup = (name: string, more: Partial<BackupFacts> = {}): BackupFacts => ({
  name,
  filename: `${name}.dump`,
  type: 'full',
  createdAt: '2026-01-01T00:00:00Z',
  sizeBytes: 1,
  trigger: 'manual',
  ancestors: [],
  ...more,
});

test.each<[string, readonly BackupFacts[], boolean]>([
  ['the only one', [backup('a')], true],
  ['beside another', [backup('a'), backup('b')], false],
  ['beside a broken one', [backup('a'), backup('b', { isBroken: true })], true],
  ['beside one whose parent is lost', [backup('a'), backup('b', { ancestors: ['gone'] })], true],
  ['beside a part', [backup('a'), backup('b', { part: 'public' })], true],
  ['broken itself', [backup('a', { isBroken: true })], false],
])('%s', (_name, backups, expected) => {
  expect(isLastGood(backups, 'a')).toBe(expected);
});
