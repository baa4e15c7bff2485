import { describe, expect, test } from 'vitest';
import { aBackup, aResult, anEnvelope, at, runId, within } from '../../test/builders.ts';
import { apply, completed, failed, requested, started, common } from '../../test/changes.ts';
import { useReadModel } from '../../test/use-read-model.ts';
import {
  insertValidation,
  listActivity,
  refreshBackups,
  runCounts,
  statistics,
  upsertBackup,
} from '../index.ts';

const model = useReadModel();

describe('activity', () => {
  test('what ended, newest first, with the names that clients know', async () => {
    await apply(
      model.db,
      requested(1),
      started(1),
      completed(1),
      requested(2),
      started(2),
      failed(2),
      requested(3),
    );
    await within(model.db, async (tx) => {
      await upsertBackup(tx, { backup: aBackup(1, { alias: 'mine.sql' }), sequence: 1 });
      await upsertBackup(tx, { backup: aBackup(8, { description: 'older than the stream' }), sequence: 0 });
    });
    expect(await listActivity(model.db, { limit: 10, offset: 0 })).toEqual({
      total: 3,
      rows: [
        {
          timestamp: at(8),
          operation: 'backup',
          filename: aBackup(8).filename,
          success: true,
          durationMs: 1_500,
          sizeBytes: 8_000,
          description: 'older than the stream',
        },
        {
          timestamp: at(5),
          operation: 'backup',
          filename: '',
          success: false,
          durationMs: 120_000,
          sizeBytes: 0,
          description: 'before update',
          error: 'pg_dump ended with 1.',
        },
        {
          timestamp: at(3),
          operation: 'backup',
          filename: 'mine.sql',
          success: true,
          durationMs: 1_500,
          sizeBytes: 1_000,
          description: 'before update',
        },
      ],
    });
    const page = await listActivity(model.db, { limit: 1, offset: 1 });
    expect(page).toMatchObject({ total: 3, rows: [{ timestamp: at(5) }] });
  });
});

describe('statistics', () => {
  test('of nothing', async () => {
    expect(await statistics(model.db)).toEqual({
      totalBackups: 0,
      totalSizeBytes: 0,
      averageSizeBytes: 0,
      averageDurationMs: 0,
      databases: [],
      outcomes: [],
      recentActivity: [],
    });
  });

  test('totals, by database, and how runs ended', async () => {
    await apply(model.db, requested(1), completed(1), requested(2), completed(2), requested(3), failed(3), {
      ...common(4),
      database: 'never',
      at: at(40),
      stage: 'over',
      state: 'cancelled',
      succeeded: false,
      outcome: anEnvelope('backup.cancelled', runId(4), {}),
    });
    await within(model.db, async (tx) => {
      for (const number of [1, 2]) await upsertBackup(tx, { backup: aBackup(number), sequence: number });
      const result = aResult(aBackup(1), { level: 'restore', verdict: 'proven' });
      await insertValidation(tx, { run: runId(7), database: 'app', at: at(7), sequence: 7, result });
      await refreshBackups(tx);
    });
    expect(await statistics(model.db)).toMatchObject({
      totalBackups: 2,
      totalSizeBytes: 3_000,
      averageSizeBytes: 1_500,
      averageDurationMs: 1_500,
      oldestBackupAt: at(1),
      newestBackupAt: at(2),
      databases: [
        {
          database: 'app',
          databaseName: 'App',
          backups: 2,
          sizeBytes: 3_000,
          rawBytes: 12_000,
          lastBackup: {
            filename: aBackup(2).filename,
            createdAt: at(2),
            sizeBytes: 2_000,
            durationMs: 1_500,
          },
          lastProven: { filename: aBackup(1).filename, at: at(7) },
          lastFailure: { at: at(6), code: 'dump_failed', message: 'pg_dump ended with 1.' },
        },
        { database: 'never', databaseName: 'never', backups: 0, sizeBytes: 0 },
      ],
      outcomes: [{ kind: 'backup', succeeded: 2, failed: 1, cancelled: 1, successRate: 2 / 3 }],
      recentActivity: [
        { timestamp: at(40) },
        { timestamp: at(6) },
        { timestamp: at(4) },
        { timestamp: at(3) },
      ],
    });
    expect(await runCounts(model.db)).toEqual(
      expect.arrayContaining([
        { kind: 'backup', database: 'app', outcome: 'succeeded', count: 2 },
        { kind: 'backup', database: 'app', outcome: 'failed', count: 1 },
        { kind: 'backup', database: 'never', outcome: 'cancelled', count: 1 },
      ]),
    );
  });
});
