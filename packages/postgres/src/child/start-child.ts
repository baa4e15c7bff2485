import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { PostgresError } from '../postgres-error.ts';
import { BoundedText } from './bounded-text.ts';
import type { ChildEnvironment } from './connection-environment.ts';

export type ChildOptions = {
  /** Absolute: no PATH is searched. */
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: ChildEnvironment;
  readonly signal: AbortSignal;
  readonly stdin?: 'pipe';
  /** A socket: the write end of an `OutputPipe`. */
  readonly stdout?: 'pipe' | Socket;
  readonly cwd?: string;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
};

/** `code` absent: ended by `killedBy`. `stderr` is bounded, first and last lines kept. */
export type ChildEnd = {
  readonly code: number | undefined;
  readonly killedBy: NodeJS.Signals | undefined;
  readonly stderr: string;
};

export type Child = {
  readonly pid: number;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  /** Settles when the process is gone; rejects with the signal's reason when it was aborted. */
  readonly ended: Promise<ChildEnd>;
};

/** From SIGTERM to SIGKILL. pg_dump ends within milliseconds; longer means that it hangs. */
const GRACE_MS = 5_000;

/** Starts a program in a process group of its own; an abort ends the whole group. Throws tools_missing when it cannot start. */
export function startChild(options: ChildOptions): Child {
  options.signal.throwIfAborted();
  const child = spawn(options.file, options.args, {
    env: { ...options.environment },
    cwd: options.cwd ?? '/',
    detached: true,
    stdio: [options.stdin ?? 'ignore', options.stdout ?? 'ignore', 'pipe'],
    ...(options.user ? { uid: options.user.uid, gid: options.user.gid } : {}),
  });
  const stderr = new BoundedText();
  const errors = child.stderr as Readable; // stdio asks for a pipe just above
  errors.setEncoding('utf8').on('data', (text: string) => stderr.add(text));

  const ended = new Promise<ChildEnd>((resolve, reject) => {
    let hardStop: NodeJS.Timeout | undefined;
    const stop = (): void => {
      killGroup(child.pid, 'SIGTERM');
      hardStop = setTimeout(() => killGroup(child.pid, 'SIGKILL'), GRACE_MS);
    };
    options.signal.addEventListener('abort', stop, { once: true });
    const over = (): void => {
      clearTimeout(hardStop);
      options.signal.removeEventListener('abort', stop);
    };
    child.once('error', (cause) => {
      over();
      reject(
        new PostgresError('tools_missing', `${options.file} could not be started: ${cause.message}.`, {
          cause,
        }),
      );
    });
    child.once('exit', (code, killedBy) => {
      over();
      const settle = (): void => {
        if (options.signal.aborted) {
          child.stdout?.destroy();
          reject(asError(options.signal.reason));
        } else {
          resolve({ code: code ?? undefined, killedBy: killedBy ?? undefined, stderr: stderr.toString() });
        }
      };
      if (errors.readableEnded || errors.destroyed) settle();
      else errors.once('close', settle);
    });
  });
  // Whoever waits hears of it; whoever has not yet begun to wait must not bring the process down.
  ended.catch(() => undefined);
  return { pid: child.pid ?? -1, stdin: child.stdin, stdout: child.stdout, ended };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
