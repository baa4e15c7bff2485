import type { BackupSummary } from '@holdfast/contracts';
import type { HistoryTransaction } from '../connection/connect-database.ts';

export type RewrapChange = Pick<BackupSummary, 'name' | 'filename' | 'sizeBytes' | 'sha256'>;

/** A backup's data is another file from now on. Told in stream order, so the last one holds. Idempotent. */
export async function rewrapBackup(
  tx: HistoryTransaction,
  { name, filename, sizeBytes, sha256 }: RewrapChange,
): Promise<void> {
  await tx
    .updateTable('backups')
    .set({ filename, size_bytes: sizeBytes, sha256 })
    .where('name', '=', name)
    .execute();
}
