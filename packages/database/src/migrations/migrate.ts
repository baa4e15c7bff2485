import { HoldfastError } from '@holdfast/contracts';
import { sql } from 'kysely';
import type { HistoryDatabase } from '../connection/connect-database.ts';
import { allMigrations } from './all-migrations.ts';
import type { Migration } from './migration.ts';

/** Any number that nobody else locks in this database: "holdfast" in ASCII. */
const LOCK = '7525352680829580148';

/**
 * Brings the schema to this release and answers the names of the migrations it applied. All or nothing; any number of
 * processes may call it at once. Throws when the database was already migrated by a newer release.
 */
export async function migrate(
  db: HistoryDatabase,
  migrations: readonly Migration[] = allMigrations,
): Promise<readonly string[]> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)}::bigint)`.execute(tx);
    await sql`create schema if not exists holdfast`.execute(tx);
    await sql`
      create table if not exists holdfast.migrations (
        name text primary key,
        applied_at timestamptz not null default now()
      )`.execute(tx);
    const { rows } = await sql<{ name: string }>`select name from holdfast.migrations order by name`.execute(
      tx,
    );
    const applied = new Set(rows.map(({ name }) => name));
    const known = new Set(migrations.map(({ name }) => name));
    const newer = [...applied].filter((name) => !known.has(name));
    if (newer.length > 0) {
      const message = `History's database has migrations that this release does not know (${newer.join(', ')}); start a release at least as new as the one that made them.`;
      throw new HoldfastError('history_unavailable', message);
    }
    const pending = migrations.filter(({ name }) => !applied.has(name));
    for (const { name, up } of pending) {
      await up(tx);
      await sql`insert into holdfast.migrations (name) values (${name})`.execute(tx);
    }
    return pending.map(({ name }) => name);
  });
}
