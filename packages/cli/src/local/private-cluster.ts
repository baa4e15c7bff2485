import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/contracts';
import type { Cluster } from '@holdfast/postgres';

/**
 * The standalone's own PostgreSQL, started for this command alone. Refused while the standalone runs: starting a
 * second server over its files would end the first, and with it the history and every session.
 */
export async function openPrivateCluster(homeDir: string): Promise<Pick<Cluster, 'connect' | 'stop'>> {
  const holder = await runningStandalone(homeDir);
  if (holder !== undefined) {
    throw new HoldfastError(
      'name_taken',
      `Holdfast runs over ${homeDir} (process ${holder}) and holds its PostgreSQL; leave --local out, stop it, or set DATABASE_URL.`,
    );
  }
  // Loaded here alone: it brings every service with it.
  const { openHome, startPrivateCluster } = await import('@holdfast/standalone');
  return startPrivateCluster(await openHome(homeDir));
}

async function runningStandalone(homeDir: string): Promise<number | undefined> {
  const pid = Number(await readOrNone(join(homeDir, 'standalone.pid')));
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  // The id may have been given to another process since; where the system tells, its command line decides.
  const commandLine = await readOrNone(`/proc/${pid}/cmdline`);
  return commandLine === undefined || commandLine.includes('standalone') ? pid : undefined;
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

async function readOrNone(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH'; // EPERM: alive, and somebody else's
  }
}
