import { HoldfastError, type RunId } from '@holdfast/contracts';
import {
  databaseExists,
  getDatabaseComment,
  setDatabaseComment,
  swapDatabases,
  type Target,
} from '@holdfast/postgres';
import type { DatabaseTarget } from '../databases/parse-databases.ts';
import { keptNote, readKeptNote } from './kept-note.ts';
import { previousName, undoneName } from './names.ts';

export type UndoOptions = {
  readonly database: DatabaseTarget;
  readonly restore: RunId;
  readonly keepMs: number;
};
export type Undone = { readonly databaseName: string; readonly detail: string };

/** Renames the previous content back. What the restore had brought stays beside it for `keepMs`. Idempotent. */
export async function undoRestore(options: UndoOptions): Promise<Undone> {
  const live = options.database.target.database;
  const admin: Target = { ...options.database.target, database: 'postgres' };
  const previous = previousName(live, options.restore);
  const keepAs = undoneName(live, options.restore);
  if (!(await databaseExists(admin, previous))) {
    if (await databaseExists(admin, keepAs)) return afterUndo(admin, options, live, keepAs);
    throw new HoldfastError(
      'undo_unavailable',
      `Nothing is kept of restore ${options.restore}: its grace period is over, or it was no swap. Restore its safety backup instead.`,
    );
  }
  await swapDatabases(admin, { live, incoming: previous, keepAs });
  return afterUndo(admin, options, live, keepAs);
}

/** The two exchange their comments too: the note belongs to the one that is kept. Safe to do twice. */
async function afterUndo(admin: Target, options: UndoOptions, live: string, keepAs: string): Promise<Undone> {
  if (readKeptNote(await getDatabaseComment(admin, live))) {
    await setDatabaseComment(admin, live, await getDatabaseComment(admin, keepAs));
  }
  const keptUntil = new Date(Date.now() + options.keepMs).toISOString();
  await setDatabaseComment(admin, keepAs, keptNote({ live, restore: options.restore, keptUntil }));
  return {
    databaseName: live,
    detail: `the previous content is live again; what had been restored is kept as "${keepAs}" until ${keptUntil}`,
  };
}
