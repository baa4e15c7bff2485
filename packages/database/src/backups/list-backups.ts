import type { HistoryDatabase } from '../connection/connect-database.ts';
import { toBackup, type HistoryBackup } from './backup-row.ts';

export type BackupsFilter = {
  readonly database?: string | undefined;
  /** [false] */
  readonly includeDeleted?: boolean;
  /** [all] */
  readonly limit?: number;
};

/** Newest first. */
export async function listBackups(
  db: HistoryDatabase,
  filter: BackupsFilter = {},
): Promise<readonly HistoryBackup[]> {
  let query = db.selectFrom('backups').selectAll();
  if (filter.database !== undefined) query = query.where('database', '=', filter.database);
  if (filter.includeDeleted !== true) query = query.where('deleted_at', 'is', null);
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  const rows = await query.orderBy('created_at', 'desc').orderBy('name', 'desc').execute();
  return rows.map(toBackup);
}
