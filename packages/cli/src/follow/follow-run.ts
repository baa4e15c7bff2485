import { setTimeout as delay } from 'node:timers/promises';
import { failureOf, type ErrorCode, type Run } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Connection } from '../connection.ts';
import { progressView, type ProgressView } from './progress-view.ts';

/** Where a shell expects a process that Ctrl-C ended. */
const INTERRUPTED = 130;

const LOOK_EVERY_MS = 200;

export type FollowOptions = {
  /** How long the run may not be there yet: the validator hears of a finished backup before it makes its run [0]. */
  readonly appearsWithinMs?: number;
};

/**
 * Watches a run to its end and answers it, whatever its outcome. Ctrl-C does not stop a server's run: it says so, and
 * a second one leaves. A local run is this process: Ctrl-C cancels it cleanly, a second one leaves at once.
 */
export async function followRun(
  cli: Cli,
  connection: Connection,
  run: Run,
  { appearsWithinMs = 0 }: FollowOptions = {},
): Promise<Run> {
  const view = progressView(cli, run.kind);
  const stop = new AbortController();
  const forget = cli.terminal.onInterrupt(interruptHandler(cli, connection, { run, view, stop }));
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

function interruptHandler(
  cli: Cli,
  connection: Connection,
  { run, view, stop }: { run: Run; view: ProgressView; stop: AbortController },
): () => void {
  let times = 0;
  return () => {
    times += 1;
    if (times > 1) {
      view.end();
      cli.terminal.exit(INTERRUPTED);
    } else if (connection.kind === 'local') {
      view.note('Stopping: what was begun is being removed. Ctrl-C again leaves at once.');
      stop.abort(
        new CliError('It was stopped from the keyboard, and nothing was kept of it.', { code: 'cancelled' }),
      );
    } else {
      view.note(`The ${run.kind} goes on without this command; Ctrl-C again leaves it.`);
      view.note(`  watch   backup-admin runs show ${shortId(run.id)} --watch`);
      view.note(`  cancel  backup-admin runs cancel ${shortId(run.id)}`);
    }
  };
}

/** The last eight digits: those that also stand in file names. */
export const shortId = (run: string): string => run.slice(-8);

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
