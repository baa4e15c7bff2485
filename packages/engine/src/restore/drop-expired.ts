import { dropDatabase, getDatabaseComment, listDatabases } from '@holdfast/postgres';
import type { DatabaseTarget } from '../databases/parse-databases.ts';
import { readKeptNote } from './kept-note.ts';

/** Drops the kept databases of `database` whose grace period is over and answers their names. Only what carries our own note. */
export async function dropExpired(database: DatabaseTarget, nowMs: number): Promise<readonly string[]> {
  const live = database.target.database;
  const admin = { ...database.target, database: 'postgres' };
  const dropped: string[] = [];
  for (const name of await listDatabases(admin, '%')) {
    if (name === live) continue;
    const note = readKeptNote(await getDatabaseComment(admin, name));
    if (note?.live !== live || Date.parse(note.keptUntil) > nowMs) continue;
    await dropDatabase(admin, name);
    dropped.push(name);
  }
  return dropped;
}
