import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAlive, stopLeftover, unprivilegedUser } from '@holdfast/postgres';
import { scratchDirOf } from '../context.ts';

const NAME = /^hf-drill-(\d+)-[A-Za-z0-9]{6}$/;

/** In use by this process: its id alone does not tell, as the first process of a container always has the same. */
const inUse = new Set<string>();

export type DrillFolder = { readonly path: string; remove(): Promise<void> };

/** For one throw-away cluster; its name says whose it is. */
export async function makeDrillFolder(scratchDir: string): Promise<DrillFolder> {
  await mkdir(scratchDir, { recursive: true });
  const path = await mkdtemp(join(scratchDir, `hf-drill-${process.pid}-`));
  inUse.add(basename(path));
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true });
      inUse.delete(basename(path));
    },
  };
}

/**
 * Ends and removes the clusters that processes which were killed left in the scratch folder: only those that are ours, and
 * whose process is gone. Answers their names. Two machines or containers must not share a scratch folder.
 */
export async function sweepDrills(
  settings: { readonly scratchDir?: string | undefined; readonly osUser?: string | undefined } = {},
): Promise<readonly string[]> {
  const scratchDir = scratchDirOf(settings);
  const owners = await ourIds(settings.osUser);
  const swept: string[] = [];
  for (const name of await namesIn(scratchDir)) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (Number.isNaN(pid) || (pid === process.pid ? inUse.has(name) : isAlive(pid))) continue;
    const path = join(scratchDir, name);
    const seen = await stat(path).catch(() => undefined); // another process sweeps as well
    if (!seen?.isDirectory() || !owners.has(seen.uid)) continue;
    await stopLeftover(join(path, 'data'));
    await rm(path, { recursive: true, force: true });
    swept.push(name);
  }
  return swept;
}

async function ourIds(osUser: string | undefined): Promise<ReadonlySet<number>> {
  const own = process.getuid?.() ?? 0;
  const user = await unprivilegedUser(osUser).catch(() => undefined); // none: then nothing was made as one
  return new Set(user ? [own, user.uid] : [own]);
}

const namesIn = (dir: string): Promise<readonly string[]> =>
  readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
