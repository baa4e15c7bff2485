import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../examples');

export type ExampleProcess = {
  /** Waits for a line on standard output; throws with all that was said when the example ends without it. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  readonly output: () => string;
  /** Waits for its end by itself; its exit code. */
  ended(): Promise<number | null>;
  /** SIGTERM; its exit code. */
  stop(): Promise<number | null>;
};

/** One example as a reader starts it. */
export function startExample(
  file: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): ExampleProcess {
  const child = spawn(process.execPath, [join(folder, file), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const over = once(child, 'close').then(([code]) => code as number | null); // as Node declares it
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const watcher of watchers) watcher();
  });
  return {
    output: () => stdout + stderr,
    line: async (pattern) => {
      const seen = Promise.withResolvers<RegExpExecArray>();
      const look = (): void => {
        const found = pattern.exec(stdout);
        if (found) seen.resolve(found);
      };
      watchers.add(look);
      look();
      const failed = over.then((code): never => {
        throw new Error(`${file} ended (${code}) without ${pattern.source}:\n${stdout}${stderr}`);
      });
      try {
        return await Promise.race([seen.promise, failed]);
      } finally {
        watchers.delete(look);
        failed.catch(() => undefined);
      }
    },
    ended: () => over,
    stop: () => {
      child.kill('SIGTERM');
      return over;
    },
  };
}
