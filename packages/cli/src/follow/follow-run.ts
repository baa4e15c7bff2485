import { setTimeout as delay } from 'node:timers/promises';
import { failureOf, type ErrorCode, type Run } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Connection } from '../connection.ts';
import { onInterruptOf } from './on-interrupt.ts';
import { progressView, type ProgressView } from './progress-view.ts';
import { shortId } from './short-id.ts';

const LOOK_EVERY_MS = 200;

export type FollowOptions = {
  /** How long the run may not be there yet: the validator hears of a finished backup before it makes its run [0]. */
  readonly appearsWithinMs?: number;
};

/**
 * Watches a run to its end and answers it, whatever its outcome. Ctrl-C asks what is meant with a server's run, and leaves it
 * alone where nobody can be asked. A local run is this process: Ctrl-C cancels it cleanly, a second one leaves at once.
 */
export async function followRun(
  cli: Cli,
  connection: Connection,
  run: Run,
  { appearsWithinMs = 0 }: FollowOptions = {},
): Promise<Run> {
  const view = progressView(cli, run.kind);
  const stop = new AbortController();
  const forget = cli.terminal.onInterrupt(onInterruptOf(cli, connection, { run, view, stop }));
  const giveUpMs = cli.terminal.nowMs() + appearsWithinMs;
  try {
    for (;;) {
      try {
        return await watch(connection, run, view, stop.signal);
      } catch (error) {
        if (failureOf(error).code !== 'run_not_found' || cli.terminal.nowMs() >= giveUpMs) throw error;
      }
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    forget();
    view.end();
  }
}

async function watch(
  connection: Connection,
  run: Run,
  view: ProgressView,
  signal: AbortSignal,
): Promise<Run> {
  try {
    return await connection.client.watchRun(run.id, {
      onProgress: (progress) => view.progress(progress),
      onRun: (current) => view.run(current),
      signal,
    });
  } catch (error) {
    if (connection.kind === 'server' && failureOf(error).code === 'gateway_unreachable')
      throw lost(error, run);
    throw error;
  }
}

const lost = (cause: unknown, run: Run): CliError =>
  new CliError(failureOf(cause).message, {
    code: 'gateway_unreachable',
    title: `Lost sight of the ${run.kind}, which may well go on`,
    next: `backup-admin runs show ${shortId(run.id)} --watch`,
    document: { run },
    cause,
  });

/** Throws what a run failed of, with the run beside it; passes a completed one on. */
export function mustBeCompleted(run: Run, place: Connection['kind']): Run {
  if (run.state === 'completed') return run;
  const { code, message } = run.error ?? {
    code: 'internal' as const,
    message: `Run ${run.id} is ${run.state}.`,
  };
  throw new CliError(message, {
    code,
    ...(code === 'cancelled' ? { title: `The ${run.kind} was cancelled` } : {}),
    next: nextAfter(code, run, place),
    document: { run },
  });
}

function nextAfter(code: ErrorCode, run: Run, place: Connection['kind']): string | undefined {
  if (code !== 'cancelled' && code !== 'internal') return undefined;
  return place === 'server' ? `backup-admin runs show ${shortId(run.id)}` : 'call it again';
}
