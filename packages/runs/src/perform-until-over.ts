import { setTimeout as delay } from 'node:timers/promises';
import { RetryLater } from '@holdfast/bus';
import type { RunRecord } from '@holdfast/contracts';
import { performRun, type Asked, type RunDefinition, type RunDependencies } from './perform-run.ts';

/** performRun for a run that no message brings back: a run inside another one. Waits between attempts by itself. */
export async function performUntilOver(
  deps: RunDependencies,
  definition: RunDefinition,
  asked: Asked,
): Promise<RunRecord> {
  for (;;) {
    try {
      return await performRun(deps, definition, asked);
    } catch (error) {
      if (!(error instanceof RetryLater)) throw error;
      asked.signal.throwIfAborted();
      await delay(error.delayMs, undefined, { signal: asked.signal });
    }
  }
}
