import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/contracts';

/**
 * sh becomes the server. What it leaves beside it waits on our end of a pipe: when that closes without a word this process
 * was killed, and the server ends instead of running on for nobody.
 */
const SCRIPT = `exec 3<&0 </dev/null
( ( read -r _ <&3 || kill -TERM $$ ) & )
exec 3<&- "$@"`;

const LOOK_MS = 10;
const READY_MS = 15_000;
const STOP_MS = 5_000;

export interface ServerProcess {
  readonly pid: number;
  /** Looks until `look` has an answer; throws with the end of the log when the server ends first or takes too long. */
  ready<T>(look: () => Promise<T | undefined>): Promise<T>;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export function startProcess(program: string, configFile: string, logFile: string): ServerProcess {
  // A process group of its own: Ctrl-C in the terminal is for us, who stop it last.
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', program, '-c', configFile], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  child.stdin.on('error', () => undefined); // the watcher is gone: the server ended first
  child.once('exit', () => child.stdin.end('over\n'));
  const problem: { error?: Error } = {};
  child.once('error', (error) => {
    problem.error = error;
  });
  const isRunning = (): boolean =>
    child.exitCode === null && child.signalCode === null && problem.error === undefined;

  return {
    get pid() {
      return child.pid ?? 0;
    },
    ready: async (look) => {
      const until = performance.now() + READY_MS;
      while (isRunning() && performance.now() < until) {
        const seen = await look();
        if (seen !== undefined) return seen;
        await delay(LOOK_MS);
      }
      const why = isRunning() ? `was not ready after ${READY_MS} ms` : 'ended at once';
      const log = await readFile(logFile, 'utf8').catch(() => ''); // without a log its absence is all there is to tell
      throw new HoldfastError(
        'bus_unavailable',
        `nats-server ${why}; see ${logFile}. Its last words: ${log.slice(-500).trim() || 'none'}`,
        { cause: problem.error },
      );
    },
    signal: (name) => void child.kill(name),
    stop: () => (isRunning() ? stop(child) : Promise.resolve()),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const tooLate = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(tooLate);
}
