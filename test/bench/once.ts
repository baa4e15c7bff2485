import { resolve } from 'node:path';
import { measure, SERVICE_NODE } from './measure.ts';

/** What the scripts of one backup or restore print. */
export type Once = {
  readonly filename: string;
  readonly type: string;
  readonly rawBytes: number;
  readonly storedBytes: number;
  /** From the call of the engine to its answer: a worker runs already when it is asked. */
  readonly engineSeconds: number;
  readonly peakBytes: number;
};

const script = (name: string): string => resolve(import.meta.dirname, name);

/** A backup by the engine, in a process of its own. */
export async function backUpOnce(
  url: string,
  dir: string,
  type = 'full',
  jobs = 1,
  recipient?: string,
): Promise<Once & { readonly seconds: number }> {
  const env: Record<string, string> = recipient === undefined ? {} : { BENCH_RECIPIENT: recipient };
  const command = [...SERVICE_NODE, script('backup-once.ts'), url, dir, type, String(jobs)];
  const { text } = await measure(command, env);
  return withSeconds(text);
}

export async function restoreOnce(
  url: string,
  dir: string,
  filename: string,
): Promise<Pick<Once, 'peakBytes'> & { readonly seconds: number }> {
  const { text } = await measure([...SERVICE_NODE, script('restore-once.ts'), url, dir, filename]);
  return withSeconds(text);
}

/** Validations at level checksum: stored megabytes for each second of processor time. */
export async function checksumRate(dir: string, { filename, storedBytes }: Once): Promise<number> {
  const { text } = await measure([...SERVICE_NODE, script('checksum-rate.ts'), dir, filename]);
  const { cpuSeconds } = JSON.parse(text) as { readonly cpuSeconds: number }; // our own script's output
  return storedBytes / 1e6 / cpuSeconds;
}

function withSeconds(text: string): Once & { readonly seconds: number } {
  const once = JSON.parse(text) as Once; // our own script's output
  return { ...once, seconds: once.engineSeconds };
}
