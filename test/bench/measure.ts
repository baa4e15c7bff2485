import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type Measured = { readonly seconds: number; readonly outputBytes: number; readonly text: string };

/** Runs a command to its end; its output is counted, and kept when it is short. Throws when it fails. */
export async function measure(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const [file = '', ...args] = command;
  const startedAt = performance.now();
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  let outputBytes = 0;
  const parts: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => {
    outputBytes += bytes.length;
    if (outputBytes < 65_536) parts.push(bytes);
  });
  const [code] = (await once(child, 'close')) as [number | null]; // 'close' gives the exit code first
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    outputBytes,
    text: Buffer.concat(parts).toString('utf8'),
  };
}

/** What runs our own code as a deployment runs its services, the gateway aside: see deploy/image/entry.sh. */
export const SERVICE_NODE = [process.execPath, '--max-semi-space-size=4'] as const;

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
export const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

export type Row = {
  readonly what: string;
  readonly figure: string;
  readonly goal?: string;
  readonly holds?: boolean;
};

/** A Markdown table of what was measured; a goal that is missed says so. */
export function table(title: string, rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, figure, goal, holds }) =>
      `| ${what.replaceAll('|', '\\|')} | ${figure} | ${goal ?? ''} | ${holds === undefined ? '' : holds ? 'yes' : '**no**'} |`,
  );
  return [`### ${title}`, '', '| what | measured | goal | holds |', '|---|---|---|---|', ...lines, ''].join(
    '\n',
  );
}
