import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PostgresError } from '../postgres-error.ts';
import type { ClusterPlace } from './cluster-place.ts';

export type Postmaster = {
  readonly pid: number;
  /** Fast shutdown; immediate when that takes too long; killed when nothing else helps. */
  stop(): Promise<void>;
};

/**
 * sh becomes the postmaster. What it leaves beside it waits on our end of a pipe: when that closes without a word this
 * process is dead, and the server shuts down instead of running on for nobody. It holds our stdout, by whose end we
 * know that it is gone, too. It gives way to others by itself: to ask it of another user's process is a right that root
 * lacks in a container.
 */
const SCRIPT = `exec 3<&0 4>&1 </dev/null >>"$1" 2>&1
niceness=$2
shift 2
( ( read -r _ <&3 || kill -INT $$ ) & )
exec 3<&- 4>&- nice -n "$niceness" "$@"`;

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/** Starts the server and waits until it takes connections. Throws server_unreachable with the log's last words. */
export async function startPostmaster(
  place: ClusterPlace,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const program = join(place.tools.dir, 'postgres');
  const child = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'sh', place.logFile, String(place.niceness), program, '-D', place.dataDir, ...parameters],
    {
      env: { LC_ALL: 'C' },
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(place.user ? { uid: place.user.uid, gid: place.user.gid } : {}),
    },
  );
  child.stdin?.on('error', () => undefined); // the watcher is gone: the server ended first
  child.stdout?.resume();
  child.once('exit', () => child.stdin?.end('over\n'));
  const closed = once(child, 'close');
  closed.catch(() => undefined); // it could not be spawned; awaited where it matters
  try {
    await untilReady(child, closed, place);
  } catch (error) {
    await stop(child, closed);
    throw error;
  }
  return { pid: child.pid ?? -1, stop: () => stop(child, closed) };
}

async function untilReady(child: ChildProcess, closed: Promise<unknown>, place: ClusterPlace): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  let isOver = false;
  closed.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  while (performance.now() < deadline) {
    if (isOver) break;
    if (await saysReady(place.dataDir, child.pid)) return;
    await delay(POLL_MS);
  }
  throw new PostgresError(
    'server_unreachable',
    `The PostgreSQL server in ${place.dataDir} did not start: ${await lastWords(place.logFile)}`,
  );
}

/** The postmaster writes its state into the eighth line of its own file. */
async function saysReady(dataDir: string, pid: number | undefined): Promise<boolean> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => ''); // not yet written
  const lines = text.split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

async function lastWords(logFile: string): Promise<string> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const lines = log.trim().split('\n').slice(-20);
  const fatal = lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? lines.at(-1) ?? '';
  return fatal === '' ? `it wrote no log (${logFile}).` : `${fatal.trim()} (${logFile}).`;
}

async function stop(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
  ] as const) {
    if (child.pid === undefined) return;
    if (child.exitCode !== null || child.signalCode !== null) break;
    child.kill(signal);
    const patience = new AbortController();
    await Promise.race([
      closed.catch(() => undefined),
      delay(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
  }
  await closed;
}
