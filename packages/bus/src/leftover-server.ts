import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const STOP_MS = 5_000;
const LOOK_MS = 20;

/** Stops the server that an earlier, killed parent left running with this configuration; nothing else is touched. */
export async function stopLeftover(pidFile: string, configFile: string): Promise<void> {
  const pid = await pidIn(pidFile);
  const isOurs = async (): Promise<boolean> => {
    const command = pid === undefined ? '' : await commandOf(pid);
    return command.includes('nats-server') && command.includes(configFile);
  };
  if (pid === undefined || !(await isOurs())) return;
  for (const signal of ['SIGCONT', 'SIGTERM', 'SIGKILL'] as const) {
    if (!(await isOurs())) return;
    process.kill(pid, signal);
    if (signal === 'SIGCONT') continue;
    const until = performance.now() + STOP_MS;
    while (performance.now() < until && (await isOurs())) await delay(LOOK_MS);
  }
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => ''); // no file: nothing was left
  const pid = Number(text.trim());
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
}

/** Its command line; empty when there is no such process. */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''); // gone meanwhile
    return line.replaceAll('\0', ' ');
  }
  const listed = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command=']).catch(
    () => undefined,
  );
  return listed?.stdout.trim() ?? '';
}
