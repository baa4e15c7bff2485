import { randomUUIDv7 } from 'node:crypto';
import {
  failureOf,
  HoldfastError,
  type Progress,
  type Run,
  type RunId,
  type RunKind,
} from '@holdfast/contracts';
import type { EngineProgress } from '@holdfast/engine';
import type { Access } from '../connection.ts';
import { rateMeter } from '../follow/rate-meter.ts';

/** What came of the work, as it stands in a finished run. */
export type Outcome = Pick<Run, 'backup' | 'restore' | 'validation' | 'validationRun'>;
export type Work = (
  run: Run,
  surroundings: { readonly signal: AbortSignal; readonly onProgress: (progress: EngineProgress) => void },
) => Promise<Outcome>;

/** Runs without a bus: asked for here, done by whoever watches them, known to this process alone. */
export type LocalRuns = {
  request(kind: RunKind, database: string | undefined, work: Work): Run;
  readonly watch: Access['watchRun'];
};

export function openLocalRuns(now: () => Date): LocalRuns {
  const asked = new Map<RunId, { readonly run: Run; readonly work: Work }>();
  return {
    request: (kind, database, work) => {
      const requestedAt = now().toISOString();
      const run: Run = {
        id: randomUUIDv7(),
        kind,
        ...(database === undefined ? {} : { database }),
        state: 'requested',
        attempt: 0,
        failures: 0,
        requestedAt,
      };
      asked.set(run.id, { run, work });
      return run;
    },
    watch: async (id, { signal = new AbortController().signal, onProgress, onRun } = {}) => {
      const found = asked.get(id);
      if (!found) throw new HoldfastError('run_not_found', `No run ${id} was asked for in this process.`);
      asked.delete(id);
      const running: Run = { ...found.run, state: 'running', attempt: 1, startedAt: now().toISOString() };
      onRun?.(running);
      const over = await perform(running, found.work, signal, now, withRate(id, now, onProgress));
      onRun?.(over);
      return over;
    },
  };
}

async function perform(
  running: Run,
  work: Work,
  signal: AbortSignal,
  now: () => Date,
  onProgress: (progress: EngineProgress) => void,
): Promise<Run> {
  try {
    signal.throwIfAborted();
    const outcome = await work(running, { signal, onProgress });
    return { ...running, ...outcome, state: 'completed', endedAt: now().toISOString() };
  } catch (error) {
    const failure = failureOf(error);
    const over = { ...running, error: failure, endedAt: now().toISOString() };
    return failure.code === 'cancelled'
      ? { ...over, state: 'cancelled' }
      : { ...over, state: 'failed', failures: 1 };
  }
}

/** The engine tells positions; the rate and the run are the teller's to add. */
function withRate(
  run: RunId,
  now: () => Date,
  tell: ((progress: Progress) => void) | undefined,
): (progress: EngineProgress) => void {
  const rateOf = rateMeter(() => now().getTime());
  return (progress) =>
    tell?.({ ...progress, run, bytesPerSecond: rateOf(progress.rawBytes), at: now().toISOString() });
}
