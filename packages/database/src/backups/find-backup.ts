import { sql } from 'kysely';
import type { HistoryDatabase } from '../connection/connect-database.ts';
import { toBackup, type HistoryBackup } from './backup-row.ts';

/** By file name, name or alias, in this order of strength. Where an alias was used again: what is not deleted, then the newest. */
export async function findBackup(db: HistoryDatabase, reference: string): Promise<HistoryBackup | undefined> {
  const row = await db
    .selectFrom('backups')
    .selectAll()
    .where((where) =>
      where.or([
        where('filename', '=', reference),
        where('name', '=', reference),
        where('alias', '=', reference),
      ]),
    )
    .orderBy(sql`(filename = ${reference} or name = ${reference})`, 'desc')
    .orderBy(sql`deleted_at is null`, 'desc')
    .orderBy('created_at', 'desc')
    .orderBy('name', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toBackup(row);
}
