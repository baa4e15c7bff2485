import type { BackupSort } from '@holdfast/contracts';

type Sortable = { readonly createdAt: string; readonly filename: string; readonly sizeBytes: number };

/** As the gateway sorts them. Pure. */
export function sortBackups<T extends Sortable>(backups: readonly T[], sort: BackupSort): readonly T[] {
  switch (sort) {
    case 'date':
      return backups.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    case 'name':
      return backups.toSorted((a, b) => a.filename.localeCompare(b.filename));
    case 'size':
      return backups.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
    default:
      return sort satisfies never;
  }
}
