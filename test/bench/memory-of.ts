import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SERVICE_NODE } from './measure.ts';

/** Every look that a start begins is over by then. */
const SETTLE_MS = 20_000;

/** Starts a service as a process of its own: how long until it is ready, and the most memory that it had since. */
export async function memoryOf(
  service: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly readyMs: number; readonly residentBytes: number }> {
  const main = resolve(import.meta.dirname, '../../services', service, 'src/main.ts');
  const began = performance.now();
  const [node, ...flags] = SERVICE_NODE;
  const child = spawn(node, [...flags, main], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const ready = new Promise<number>((done) => {
    let output = '';
    let isReady = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (isReady) return;
      output += text;
      isReady = output.includes('"msg":"ready"');
      if (isReady) done(performance.now() - began);
    });
  });
  try {
    const readyMs = await Promise.race([
      ready,
      exited.then(() => Promise.reject(new Error(`${service} ended`))),
    ]);
    await new Promise((settled) => {
      setTimeout(settled, SETTLE_MS);
    });
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    const residentBytes = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1_024;
    return { readyMs, residentBytes };
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}
