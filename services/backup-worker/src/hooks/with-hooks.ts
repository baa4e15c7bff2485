import { failureOf, HoldfastError } from '@holdfast/contracts';
import type { Attempt } from '@holdfast/runs';
import type { WorkerDependencies } from '../dependencies.ts';
import type { Hook, HookEvent } from './hooks-file.ts';
import { judgeHook } from './judge-hook.ts';
import { planHooks } from './plan-hooks.ts';
import { runCommand } from './run-command.ts';

export type Hooked = {
  readonly of: 'backup' | 'restore';
  readonly database: string;
  readonly attempt: Pick<Attempt, 'run' | 'signal'>;
};

type Outcome = 'completed' | 'failed' | 'cancelled';
type About = Hooked & { readonly event: HookEvent; readonly filename?: string; readonly outcome?: Outcome };

/** Cancelled or not, what the hooks before the work did is to be undone. */
const NEVER = new AbortController().signal;

/**
 * One attempt between its hooks. One that fails before ends the attempt; those after run whatever came of it, and a failure
 * there is a warning. `filenameOf` tells the backup of a success; `filename` is known before.
 */
export async function withHooks<T>(
  deps: Pick<WorkerDependencies, 'hooks' | 'log'>,
  hooked: Hooked & { readonly filename?: string },
  work: () => Promise<T>,
  filenameOf: (result: T) => string,
): Promise<T> {
  const [before, after] = [`pre-${hooked.of}`, `post-${hooked.of}`] as const;
  const runAfter = async (filename: string | undefined, outcome: Outcome): Promise<void> => {
    const named = filename === undefined ? {} : { filename };
    for (const hook of planHooks(deps.hooks[after], hooked.database)) {
      const failure = await runHook(deps, hook, { ...hooked, ...named, event: after, outcome }, NEVER);
      if (failure) deps.log.warn({ run: hooked.attempt.run, failure }, 'a hook after the work failed');
    }
  };
  const { signal } = hooked.attempt;
  let result: T;
  try {
    for (const hook of planHooks(deps.hooks[before], hooked.database)) {
      const failure = await runHook(deps, hook, { ...hooked, event: before }, signal);
      signal.throwIfAborted();
      if (failure) throw new HoldfastError(failure.code, failure.message);
    }
    result = await work();
  } catch (error) {
    const { code } = failureOf(signal.aborted ? signal.reason : error);
    await runAfter(hooked.filename, code === 'cancelled' ? 'cancelled' : 'failed');
    throw error;
  }
  await runAfter(filenameOf(result), 'completed');
  return result;
}

async function runHook(
  deps: Pick<WorkerDependencies, 'log'>,
  { command, timeout }: Hook,
  { event, database, attempt: { run }, filename, outcome }: About,
  signal: AbortSignal,
): Promise<ReturnType<typeof judgeHook>> {
  const env = {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOLDFAST_RUN: run,
    HOLDFAST_DATABASE: database,
    HOLDFAST_EVENT: event,
    HOLDFAST_FILENAME: filename ?? '',
    HOLDFAST_OUTCOME: outcome ?? '',
  };
  const { end, output } = await runCommand({ command, env, timeoutMs: timeout, signal });
  deps.log.info({ run, database, event, command, end, output }, 'hook over');
  return judgeHook(`Hook ${event} (${command[0] ?? ''})`, end);
}
