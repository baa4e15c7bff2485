import type { RestoreResult, Run } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { RUN } from '../../test/builders.ts';
import { judgeUndo } from './decide.ts';

const restore: RestoreResult = {
  filename: 'a.dump.zst',
  mode: 'swap',
  databaseName: 'App',
  durationMs: 1,
  tablesCount: 1,
  rowsCount: 1,
  previousDatabaseName: 'App_before',
  keptUntil: '2026-01-02T00:00:00Z',
  safetyBackup: 'safe.dump.zst',
  warnings: [],
};
const run = (fields: Partial<Run>): Run => ({
  id: RUN,
  kind: 'restore',
  state: 'completed',
  attempt: 1,
  failures: 0,
  requestedAt: '2026-01-01T00:00:00Z',
  restore,
  ...fields,
});
const { previousDatabaseName: _previous, ...keptNothing } = restore;

test.each([
  ['a swap past its time names the safety backup', run({}), true, /until 2026-01-02.*safe\.dump\.zst/],
  ['a backup', run({ kind: 'backup' }), false, /is a backup; only a restore/],
  ['a failed restore', run({ state: 'failed', restore: undefined }), false, /is failed/],
  [
    'a restore that kept nothing',
    run({ restore: { ...keptNothing, mode: 'in-place' } }),
    false,
    /kept nothing/,
  ],
])('%s', (_name, given, isPast, expected) => {
  const obstacle = judgeUndo(given, () => isPast);
  expect(obstacle).toMatch(expected);
});

test('a swap within its time can be undone', () => {
  expect(judgeUndo(run({}), () => false)).toBeUndefined();
});
