import { readFile } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/contracts';
import { listDatabases, parseTarget } from '@holdfast/postgres';
import {
  deriveDatabaseId,
  parseDatabaseEntries,
  type DatabaseEntry,
  type DatabaseTarget,
} from './parse-databases.ts';
import { planNames } from './plan-names.ts';

export type DatabaseSettings = {
  readonly BACKUP_DATABASES?: string | undefined;
  readonly DATABASE_URL?: string | undefined;
  /** Patterns of names, for entries that mean every database of a server. */
  readonly BACKUP_DATABASES_INCLUDE?: string | undefined;
  readonly BACKUP_DATABASES_EXCLUDE?: string | undefined;
};

/**
 * The databases that BACKUP_DATABASES (or DATABASE_URL) names, with their ids. `@path` is a file of entries; a
 * database name of `*` is looked up on its server. Empty when neither is set.
 */
export async function readDatabases(settings: DatabaseSettings): Promise<readonly DatabaseTarget[]> {
  const entries = await readEntries(settings);
  const taken = new Set<string>();
  const databases: DatabaseTarget[] = [];
  for (const entry of entries) {
    for (const { id, target } of await expand(entry, settings)) {
      const own = id ?? deriveDatabaseId(target.database, taken);
      if (taken.has(own)) {
        throw new HoldfastError(
          'invalid_request',
          `BACKUP_DATABASES: the id "${own}" stands twice; give each its own.`,
        );
      }
      taken.add(own);
      databases.push({ id: own, target });
    }
  }
  return databases;
}

async function readEntries(settings: DatabaseSettings): Promise<readonly DatabaseEntry[]> {
  const { BACKUP_DATABASES: databases, DATABASE_URL: url } = settings;
  if (databases === undefined) return url === undefined ? [] : [{ id: undefined, target: parseTarget(url) }];
  return parseDatabaseEntries(
    databases.startsWith('@') ? await readEntriesFile(databases.slice(1)) : databases,
  );
}

async function readEntriesFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new HoldfastError(
      'invalid_request',
      `BACKUP_DATABASES: cannot read ${path}; check the path and its rights.`,
      { cause },
    );
  }
}

async function expand(entry: DatabaseEntry, settings: DatabaseSettings): Promise<readonly DatabaseEntry[]> {
  if (entry.target.database !== '*') return [entry];
  const names = await listDatabases({ ...entry.target, database: 'postgres' }, '%');
  const patterns = {
    include: settings.BACKUP_DATABASES_INCLUDE,
    exclude: settings.BACKUP_DATABASES_EXCLUDE,
  };
  return planNames(names, patterns).map((database) => ({
    id: undefined,
    target: { ...entry.target, database },
  }));
}
