import { mkdirSync, mkdtempSync, readdirSync, realpathSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from '../child/pass-file.ts';
import { scratchFailure } from './scratch-failure.ts';

export type Scratch = {
  /** Absolute, without links. */
  readonly path: string;
  /** Safe to call twice. */
  readonly remove: () => Promise<void>;
};

const PREFIX = 'hf-dump-';
const NAME = /^hf-dump-(\d+)-[A-Za-z0-9]{6}$/;

/** Whoever was killed may still be writing for a moment. */
const REMOVAL = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 } as const;

/** In use by this process: its id alone does not tell, as the first process of a container always has the same. */
const inUse = new Set<string>();

/** A fresh folder in `scratchDir`, which is made when it is not there; for this user alone. Synchronous, as starting a child is. */
export function makeScratch(scratchDir: string): Scratch {
  let path: string;
  try {
    mkdirSync(scratchDir, { recursive: true, mode: 0o700 });
    // Resolved: /proc names open files so, and children run elsewhere. mkdtemp makes it 0700.
    path = realpathSync(mkdtempSync(join(scratchDir, `${PREFIX}${process.pid}-`)));
  } catch (error) {
    throw scratchFailure(error, scratchDir);
  }
  const name = basename(path);
  inUse.add(name);
  let removing: Promise<void> | undefined;
  const remove = (): Promise<void> => (removing ??= rm(path, REMOVAL).then(() => void inUse.delete(name)));
  return { path, remove };
}

/**
 * Removes the folders that processes which are gone left in `scratchDir`, and nothing else; answers their names. Two
 * machines, or two containers, must not share a scratch folder: neither sees the other's processes.
 */
export async function removeStaleScratch(scratchDir: string): Promise<readonly string[]> {
  const stale = foldersIn(scratchDir).filter((name) => {
    const pid = Number(NAME.exec(name)?.[1]);
    if (Number.isNaN(pid)) return false;
    return pid === process.pid ? !inUse.has(name) : !isAlive(pid);
  });
  for (const name of stale) await rm(join(scratchDir, name), REMOVAL);
  return stale;
}

/** Bytes that this user may still write in `dir`, or where it would be made. */
export async function freeBytes(dir: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && dirname(dir) !== dir) return freeBytes(dirname(dir));
    throw scratchFailure(error, dir);
  }
}

function foldersIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw scratchFailure(error, dir);
  }
}
