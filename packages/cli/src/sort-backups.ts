import type { BackupSort } from '@holdfast/contracts';

type Sortable = { readonly createdAt: string; readonly filename: string; readonly sizeBytes: number };

/** As the gateway sorts them. Pure. */
export function sortBackups<T extends Sortable>(backups: readonly T[], sort: BackupSort): readonly T[] {
  switch (sort) {
    case 'date':
      return backups.toSorted((a, b) => compare(b.createdAt, a.createdAt));
    case 'name':
      return backups.toSorted((a, b) => compare(a.filename, b.filename));
    case 'size':
      return backups.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
    default:
      return sort satisfies never;
  }
}

/** By code units: the same everywhere, and without the tables of every language, which take 15 ms to load. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
