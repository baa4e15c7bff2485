import type { Status } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { describeRuns } from './describe-runs.ts';

const configuration: Status['configuration'] = {
  compression: 'zstd',
  compressionLevel: 3,
  validateAfterBackup: 'structure',
  validateBeforeRestore: true,
  enabled: true,
  retentionDays: 30,
  maxBackups: 100,
};
const database = { id: 'app', name: 'app', workers: 1, backups: 2, sizeBytes: 1 };
const schedule = {
  id: 'nightly',
  description: '',
  rule: '@daily',
  timezone: 'UTC',
  action: 'backup',
  database: '*',
  enabled: true,
} as const;
const at = '2026-05-04T03:00:00.000Z';
const proven = { ...database, lastProven: { filename: 'app.dump.zst', at } };

test.each([
  [
    'nothing at all',
    { configuration, databases: [] },
    ['schedules preset', 'at most 30 days and 100', 'create'],
  ],
  [
    'a backup',
    { configuration, databases: [database] },
    ['no backup makes itself', 'the last good and the last proven always', 'backup-admin drill'],
  ],
  [
    'all of it',
    { configuration, databases: [proven], schedules: [{ ...schedule, nextDueAt: at }] },
    [`1 active, the next at ${at}`, '30 days', `app at ${at}`],
  ],
  [
    'a paused schedule is none',
    { configuration, databases: [], schedules: [{ ...schedule, enabled: false }] },
    ['none, so', '', ''],
  ],
  [
    'limits that are off',
    {
      configuration: { ...configuration, enabled: false, retentionDays: undefined, maxBackups: undefined },
      databases: [],
    },
    ['BACKUP_ENABLED is off', 'everything; ', ''],
  ],
])('%s', (_name, status, expected) => {
  const told = describeRuns(status);
  expect(told.map(([name]) => name)).toEqual(['Schedules', 'Kept', 'Proven']);
  for (const [index, part] of expected.entries()) expect(told[index]?.[1]).toContain(part);
});
