import type { RunKind } from '@holdfast/contracts';
import { sql } from 'kysely';
import { listActivity, type Activity } from '../activity/list-activity.ts';
import type { HistoryDatabase } from '../connection/connect-database.ts';
import { databaseStatistics, type DatabaseStatistics } from './database-statistics.ts';

/** Of backups that are not deleted, and of every run that ended. Sizes in bytes, durations in milliseconds. */
export type Statistics = {
  readonly totalBackups: number;
  readonly totalSizeBytes: number;
  readonly oldestBackupAt?: string;
  readonly newestBackupAt?: string;
  readonly averageSizeBytes: number;
  readonly averageDurationMs: number;
  readonly databases: readonly DatabaseStatistics[];
  readonly outcomes: readonly RunOutcomes[];
  readonly recentActivity: readonly Activity[];
};

export type RunOutcomes = {
  readonly kind: RunKind;
  readonly succeeded: number;
  /** Failed runs, and validations that found a backup invalid. */
  readonly failed: number;
  readonly cancelled: number;
  /** Of those that were not cancelled; absent where there are none. */
  readonly successRate?: number;
};

const RECENT = 10;

export async function statistics(db: HistoryDatabase): Promise<Statistics> {
  const [totals, databases, outcomes, recent] = await Promise.all([
    backupTotals(db),
    databaseStatistics(db),
    runOutcomes(db),
    listActivity(db, { limit: RECENT, offset: 0 }),
  ]);
  return { ...totals, databases, outcomes, recentActivity: recent.rows };
}

async function backupTotals(
  db: HistoryDatabase,
): Promise<Omit<Statistics, 'databases' | 'outcomes' | 'recentActivity'>> {
  const totals = await db
    .selectFrom('backups')
    .where('deleted_at', 'is', null)
    .select([
      sql<number>`count(*)`.as('count'),
      sql<number>`coalesce(sum(size_bytes), 0)::bigint`.as('size'),
      sql<number>`coalesce(round(avg(size_bytes)), 0)::bigint`.as('average_size'),
      sql<number>`coalesce(avg(duration_ms), 0)::double precision`.as('average_duration'),
      sql<string | null>`min(created_at)`.as('oldest'),
      sql<string | null>`max(created_at)`.as('newest'),
    ])
    .executeTakeFirstOrThrow();
  return {
    totalBackups: totals.count,
    totalSizeBytes: totals.size,
    averageSizeBytes: totals.average_size,
    averageDurationMs: totals.average_duration,
    ...(totals.oldest === null ? {} : { oldestBackupAt: totals.oldest }),
    ...(totals.newest === null ? {} : { newestBackupAt: totals.newest }),
  };
}

async function runOutcomes(db: HistoryDatabase): Promise<readonly RunOutcomes[]> {
  const rows = await db
    .selectFrom('runs')
    .where('ended_at', 'is not', null)
    .groupBy('kind')
    .orderBy('kind')
    .select([
      'kind',
      sql<number>`count(*) filter (where succeeded)`.as('succeeded'),
      sql<number>`count(*) filter (where not succeeded and state <> 'cancelled')`.as('failed'),
      sql<number>`count(*) filter (where state = 'cancelled')`.as('cancelled'),
    ])
    .execute();
  return rows.map((row) => {
    const tried = row.succeeded + row.failed;
    return tried === 0 ? row : { ...row, successRate: row.succeeded / tried };
  });
}
