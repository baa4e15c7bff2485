import { mkdtemp, chown, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/contracts';
import { parseTarget, startCluster, unprivilegedUser } from '@holdfast/postgres';
import { serverVersionOf } from '../restore/server-version.ts';
import { newestTools, toolsFor } from '../tools.ts';
import type { DrillNeeds } from './drill-needs.ts';
import type { DrillServer } from './drill.ts';

export type DrillSettings = {
  /** A scratch server of one's own; its superuser. Absent: a throw-away cluster from the installed binaries. */
  readonly url?: string | undefined;
  readonly scratchDir?: string | undefined;
  /** OS user of the throw-away cluster, when this process is root. */
  readonly osUser?: string | undefined;
};

/** A scratch server of at least the major that the backup needs; throws drill_unavailable saying what to install or set. */
export async function openDrillServer(
  settings: DrillSettings,
  { serverVersion }: Pick<DrillNeeds, 'serverVersion'>,
): Promise<DrillServer> {
  return settings.url === undefined
    ? throwAwayCluster(settings, serverVersion)
    : givenServer(settings.url, serverVersion ?? 0);
}

async function givenServer(url: string, wantedVersion: number): Promise<DrillServer> {
  const admin = parseTarget(url);
  const version = await serverVersionOf(admin);
  if (Math.floor(version / 10_000) < Math.floor(wantedVersion / 10_000)) {
    throw new HoldfastError(
      'drill_unavailable',
      `BACKUP_DRILL_URL is a server of version ${Math.floor(version / 10_000)}; the backup needs ${Math.floor(wantedVersion / 10_000)} or newer.`,
    );
  }
  return {
    admin,
    tools: await toolsFor(version),
    isolation: 'server of BACKUP_DRILL_URL',
    close: async () => undefined,
  };
}

async function throwAwayCluster(
  settings: DrillSettings,
  wantedVersion: number | undefined,
): Promise<DrillServer> {
  const dir = await mkdtemp(join(settings.scratchDir ?? tmpdir(), 'hf-drill-'));
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    const tools = await (wantedVersion === undefined ? newestTools() : toolsFor(wantedVersion));
    const user = await unprivilegedUser(settings.osUser);
    if (user) await chown(dir, user.uid, user.gid);
    const cluster = await startCluster({ dir, tools, throwAway: true, ...(user ? { asUser: user } : {}) });
    return {
      admin: cluster.target,
      tools,
      isolation: user
        ? `own cluster, OS user ${user.name}, no network`
        : 'own cluster, same OS user, no network',
      close: async () => {
        await cluster.stop();
        await remove();
      },
    };
  } catch (cause) {
    await remove();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError(
      'drill_unavailable',
      `No scratch server for the drill: ${reason} Install the PostgreSQL server package, or set BACKUP_DRILL_URL.`,
      { cause },
    );
  }
}
