import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export type ServiceProcess = {
  readonly name: string;
  readonly pid: number;
  /** All that it wrote, for the message of a failing test. */
  readonly output: () => string;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then waits for its end. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
};

/** One service as a process of its own, as it is deployed. Resolves when it said that it is ready. */
export async function startService(
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [resolve(root, 'services', name, 'src/main.ts')], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (/"msg":"ready"|\bready\b/.test(output)) ready.resolve();
    });
  }
  child.once('exit', (code, signal) =>
    ready.reject(new Error(`${name} ended (${code ?? signal}) before it was ready:\n${output}`)),
  );
  await ready.promise;
  ready.promise.catch(() => undefined);
  return {
    name,
    pid: child.pid ?? 0,
    output: () => output,
    signal: (signal) => void child.kill(signal),
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill(signal);
  await exited;
}
