import { createHash } from 'node:crypto';
import type { CatalogueEntry, ForeignBackup, Manifest } from '@holdfast/contracts';
import { sizeOf } from '../facts/plan-facts.ts';

/** `_` stands for the primary place. */
export const placeKey = (destination: string | undefined): string => destination ?? '_';

export const catalogueKey = (destination: string | undefined, name: string): string =>
  `${placeKey(destination)}.${name}`;

/** Hashed: somebody else's file may have any name. */
export const foreignKey = (key: string): string =>
  `${placeKey(undefined)}.foreign/${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;

export const isForeignKey = (key: string): boolean => key.startsWith('_.foreign/');

export const entryOf = (manifest: Manifest, now: Date): CatalogueEntry => ({
  name: manifest.backup.name,
  filename: manifest.backup.filename,
  database: manifest.backup.database,
  ancestors: manifest.ancestors.map(({ name }) => name),
  sizeBytes: sizeOf(manifest),
  sha256: manifest.backup.sha256,
  seenAt: now.toISOString(),
});

export const entryOfForeign = (
  { key, filename, database, sizeBytes }: ForeignBackup,
  now: Date,
): CatalogueEntry => ({
  // Its key finds it again; its name alone may be there twice.
  name: key,
  filename,
  ...(database === undefined ? {} : { database }),
  ancestors: [],
  sizeBytes,
  seenAt: now.toISOString(),
});
