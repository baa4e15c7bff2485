import type { BackupSort } from '@holdfast/contracts';
import { ascending, descending, type Place } from '../http/page.ts';
import { placeOf, type KnownBackup } from './catalogue.ts';

const SIZE_DIGITS = 16;

const sorts = {
  date: { placeOf, order: descending },
  size: {
    placeOf: ({ sizeBytes, name }: KnownBackup): Place => [
      String(sizeBytes).padStart(SIZE_DIGITS, '0'),
      name,
    ],
    order: descending,
  },
  name: { placeOf: ({ filename, name }: KnownBackup): Place => [filename, name], order: ascending },
} as const satisfies Record<BackupSort, unknown>;

/** Sorted as asked, and what pages of it are cut by. `backups` newest first. Pure. */
export function sortedBy(backups: readonly KnownBackup[], sort: BackupSort) {
  const by = sorts[sort];
  const sorted =
    sort === 'date' ? backups : backups.toSorted((a, b) => by.order(by.placeOf(a), by.placeOf(b)));
  return { sorted, ...by };
}
