import { chown } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/contracts';
import { freeBytes, startCluster, unprivilegedUser } from '@holdfast/postgres';
import { scratchDirOf } from '../context.ts';
import { newestTools, toolsFor } from '../tools.ts';
import { makeDrillFolder } from './drill-folders.ts';
import type { DrillNeeds } from './drill-needs.ts';
import type { DrillServer } from './drill.ts';
import type { DrillSettings } from './open-drill-server.ts';
import { lackOfSpace } from './plan-space.ts';

/** A drill yields to the work of the machine, and takes little of its memory: it proves, it does not hurry. */
const NICENESS = 10;
const LIMITS = {
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_parallel_workers: '0',
  max_parallel_maintenance_workers: '0',
  max_wal_size: '1GB',
} as const;

/** From the installed binaries; gone without a trace when it is closed, or when this process dies. */
export async function openThrowAwayCluster(
  settings: Pick<DrillSettings, 'scratchDir' | 'osUser'>,
  { serverVersion, rawBytes = 0 }: Pick<DrillNeeds, 'serverVersion' | 'rawBytes'>,
): Promise<DrillServer> {
  const scratchDir = scratchDirOf(settings);
  const lack = lackOfSpace(rawBytes, await freeBytes(scratchDir));
  if (lack !== undefined) {
    throw new HoldfastError(
      'drill_unavailable',
      `There is too little room for the drill in ${scratchDir}: ${lack}. Make room, or set BACKUP_SCRATCH_DIR or BACKUP_DRILL_URL.`,
    );
  }
  const folder = await makeDrillFolder(scratchDir);
  try {
    const tools = await (serverVersion === undefined ? newestTools() : toolsFor(serverVersion));
    const user = await unprivilegedUser(settings.osUser);
    if (user) await chown(folder.path, user.uid, user.gid);
    const cluster = await startCluster({
      dir: folder.path,
      tools,
      throwAway: true,
      niceness: NICENESS,
      settings: LIMITS,
      ...(user ? { asUser: user } : {}),
    });
    return {
      admin: cluster.target,
      tools,
      isolation: user
        ? `own cluster, OS user ${user.name}, no network`
        : 'own cluster, same OS user, no network',
      close: async () => {
        await cluster.stop();
        await folder.remove();
      },
    };
  } catch (cause) {
    await folder.remove();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError(
      'drill_unavailable',
      `No scratch server for the drill: ${reason} Install the PostgreSQL server package, or set BACKUP_DRILL_URL.`,
      { cause },
    );
  }
}
