import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { HookEnd } from './judge-hook.ts';

/** More than anyone reads in a log; what comes after is dropped. */
const MOST_OUTPUT_BYTES = 16_384;
/** Between asking to end and ending. */
const GRACE_MS = 2_000;
const LAST_WORDS_MS = 500;

export type Command = {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Between SIGTERM and SIGKILL [2 s]. */
  readonly graceMs?: number;
};

/**
 * Runs a command in a process group of its own, without a shell, and ends with nothing of that group left: children that
 * it leaves behind are ended too. Never rejects.
 */
export async function runCommand(
  wanted: Command,
): Promise<{ readonly end: HookEnd; readonly output: string }> {
  const [program = '', ...args] = wanted.command;
  const { promise, resolve } = Promise.withResolvers<HookEnd>();
  const child = spawn(program, args, { env: wanted.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child.stdout, child.stderr);
  child.once('error', (error) => resolve({ end: 'not-started', why: error.message }));
  child.once('exit', (code, signal) =>
    resolve(code === null ? { end: 'signal', signal: signal ?? 'an unknown signal' } : { end: 'exit', code }),
  );
  const closed = new Promise<void>((done) => {
    child.once('close', () => done());
  });
  const group = child.pid;
  let timedOut = false;
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    end(group, 'SIGTERM');
    kill ??= setTimeout(() => end(group, 'SIGKILL'), wanted.graceMs ?? GRACE_MS);
  };
  const limit = setTimeout(() => {
    timedOut = true;
    stop();
  }, wanted.timeoutMs);
  if (wanted.signal.aborted) stop();
  wanted.signal.addEventListener('abort', stop, { once: true });
  try {
    const ended = await promise;
    end(group, 'SIGKILL');
    // What it wrote last is read; a child that left the group may hold the pipes open for ever.
    await Promise.race([closed, delay(LAST_WORDS_MS, undefined, { ref: false })]);
    return {
      end: timedOut ? { end: 'timeout', timeoutMs: wanted.timeoutMs } : ended,
      output: output(),
    };
  } finally {
    clearTimeout(limit);
    clearTimeout(kill);
    wanted.signal.removeEventListener('abort', stop);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function end(group: number | undefined, signal: NodeJS.Signals): void {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch (error) {
    // Nothing of the group is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // errors of kill carry a code
  }
}

function collect(...streams: readonly NodeJS.ReadableStream[]): () => string {
  const pieces: Buffer[] = [];
  let room = MOST_OUTPUT_BYTES;
  for (const stream of streams) {
    stream.on('data', (piece: Buffer) => {
      if (room > 0) pieces.push(piece.subarray(0, room));
      room -= Math.min(room, piece.length);
    });
  }
  return () => Buffer.concat(pieces).toString('utf8');
}
