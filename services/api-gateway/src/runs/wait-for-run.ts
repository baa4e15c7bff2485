import { failureOf, HoldfastError, type RunId, type RunRecord } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Answer, CallContext } from '../http/handler.ts';
import { failureOfRun } from './view-run.ts';

/** How long a validator may take to begin. Beyond it the answer is "not validated" instead of no answer. */
const VALIDATION_BEGINS_MS = 30_000;

export type Ended =
  { readonly record: RunRecord; readonly failed?: undefined } | { readonly failed: Answer<never> };

/**
 * Waits for a run to end, as long as it takes. When the client goes away or the gateway drains the waiting ends and the
 * run goes on.
 */
export async function waitForRun(
  deps: GatewayDependencies,
  context: CallContext,
  run: RunId,
): Promise<Ended> {
  try {
    const record = await deps.runs.watchUntilOver(run, AbortSignal.any([context.gone, deps.stopping]));
    const failure = failureOfRun(record);
    return failure ? { failed: { failure, run } } : { record };
  } catch (error) {
    return {
      failed: { failure: whyNotWaited(deps, run, error), run, headers: { location: `/api/v1/runs/${run}` } },
    };
  }
}

function whyNotWaited(deps: GatewayDependencies, run: RunId, error: unknown): ReturnType<typeof failureOf> {
  if (deps.stopping.aborted) {
    const message = `The gateway is being restarted; run ${run} goes on. Look at /api/v1/runs/${run} for what came of it.`;
    return { code: 'shutting_down', message };
  }
  const { code, message } = failureOf(error);
  if (code !== 'bus_unavailable') return { code, message };
  return {
    code,
    message: `${message} Run ${run} was asked for and goes on; look at /api/v1/runs/${run} later.`,
  };
}

/** The validation that follows a backup, over or not; undefined when nobody began it in time. */
export async function waitForValidation(
  deps: GatewayDependencies,
  context: CallContext,
  run: RunId,
  beginsWithinMs = VALIDATION_BEGINS_MS,
): Promise<RunRecord | undefined> {
  const tooLate = new AbortController();
  const timer = setTimeout(
    () => tooLate.abort(new HoldfastError('timed_out', 'No validator began in time.')),
    beginsWithinMs,
  );
  const signal = AbortSignal.any([context.gone, deps.stopping, tooLate.signal]);
  try {
    return await deps.runs.watchUntilOver(run, signal, (record) => {
      if (record.state !== 'requested') clearTimeout(timer);
    });
  } catch (error) {
    if (tooLate.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
