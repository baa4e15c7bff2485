import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isAlive } from '../child/pass-file.ts';
import { PostgresError } from '../postgres-error.ts';
import { SHORT_SOCKET_PREFIX } from './cluster-place.ts';

const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;
const POLL_MS = 50;

/**
 * Ends the server that an earlier, killed process left on `dataDir`, and removes its socket folder. The postmaster's own file names it; that
 * it is this cluster's is checked, since process ids are used again.
 */
export async function stopLeftover(dataDir: string): Promise<void> {
  const lines = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => [], // none: it was shut down, or never ran
  );
  const pid = Number(lines[0]);
  if (Number.isInteger(pid) && pid > 0 && (await isPostmasterOf(pid, dataDir))) {
    if (!(await stopPostmaster(pid))) {
      throw new PostgresError(
        'server_unreachable',
        `The server that an earlier process left on ${dataDir} (pid ${pid}) does not end; end it, then try again.`,
      );
    }
  }
  const socketDir = lines[4] ?? '';
  if (basename(socketDir).startsWith(SHORT_SOCKET_PREFIX))
    await rm(socketDir, { recursive: true, force: true });
}

/** Fast shutdown, then immediate; answers whether it is gone. */
export async function stopPostmaster(pid: number): Promise<boolean> {
  signal(pid, 'SIGINT');
  if (await isGone(pid, FAST_SHUTDOWN_MS)) return true;
  signal(pid, 'SIGQUIT');
  return isGone(pid, IMMEDIATE_SHUTDOWN_MS);
}

async function isPostmasterOf(pid: number, dataDir: string): Promise<boolean> {
  if (!(await isRunning(pid))) return false;
  const real = await realpath(dataDir);
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined); // no /proc on macOS
  // A postmaster's working directory is its data directory.
  if (cwd !== undefined) return cwd === real;
  const { stdout } = await promisify(execFile)('/bin/ps', ['-o', 'command=', '-p', String(pid)]).catch(
    () => ({
      stdout: '', // it ended meanwhile
    }),
  );
  return stdout.includes(dataDir) || stdout.includes(real);
}

/** One that has ended but that nobody has asked about yet counts as gone; in a container nobody may ever ask. */
async function isRunning(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''); // no /proc on macOS, or gone meanwhile
  return !/\) Z /.test(stat);
}

async function isGone(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (await isRunning(pid)) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
