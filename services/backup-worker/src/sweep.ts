import { failureOf } from '@holdfast/contracts';
import { dropExpired } from '@holdfast/engine';
import type { WorkerDependencies } from './dependencies.ts';

/** Kept databases are looked through this often; late by that much is harmless, their grace period is hours. */
const EVERY_MS = 15 * 60_000;
/** A worker that is restarted often must look too; a start itself is not held up. */
const FIRST_MS = 60_000;

/** Drops databases that a swap kept and whose grace period is over. Any number of workers may do it side by side. */
export function sweepKeptDatabases(deps: WorkerDependencies): { stop(): void } {
  const sweep = async (): Promise<void> => {
    for (const database of deps.databases) {
      try {
        const dropped = await dropExpired(database, Date.now());
        if (dropped.length > 0)
          deps.log.info({ database: database.id, dropped }, 'dropped what a restore had kept');
      } catch (error) {
        deps.log.warn(
          { database: database.id, failure: failureOf(error) },
          'could not look through the kept databases',
        );
      }
    }
  };
  const first = setTimeout(() => void sweep(), FIRST_MS);
  const timer = setInterval(() => void sweep(), EVERY_MS);
  return {
    stop: () => {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
