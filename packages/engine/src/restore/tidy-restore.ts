import type { RunId } from '@holdfast/contracts';
import { databaseExists, dropDatabase, listDatabases } from '@holdfast/postgres';
import type { DatabaseTarget } from '../databases/parse-databases.ts';
import { dropRestoreLogin } from '../foreign/restore-login.ts';
import { incomingPattern, previousName } from './names.ts';

/** Drops what attempts of a restore left half-built under `name`, and their login. Idempotent. */
export async function tidyRestore(database: DatabaseTarget, name: string, run: RunId): Promise<void> {
  const admin = { ...database.target, database: 'postgres' };
  for (const leftover of await listDatabases(admin, incomingPattern(name, run)))
    await dropDatabase(admin, leftover);
  await dropRestoreLogin(admin, run, database.target.database);
}

/** Whether the swap of `run` took place, whatever became of the process that did it. */
export async function wasSwapped(database: DatabaseTarget, run: RunId): Promise<boolean> {
  const admin = { ...database.target, database: 'postgres' };
  return databaseExists(admin, previousName(database.target.database, run));
}
