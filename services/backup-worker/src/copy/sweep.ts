import { failureOf } from '@holdfast/contracts';
import { missingIn, type CopyPlace } from '@holdfast/engine';
import type { WorkerDependencies } from '../dependencies.ts';
import { askForCopy, copyRunId, repeatedCopyRunId } from './ask-for-copy.ts';
import { decideMissing, isWantedIn } from './decide.ts';

/** Two listings of each place this often cost nothing, and a place that comes back waits no longer than that. */
const EVERY_MS = 15 * 60_000;

/**
 * Asks for the copies that a place lacks, now and every 15 minutes: of a place that was added later, that was away for longer
 * than a run is retried, or that lost something. Any number of workers may do it side by side.
 */
export function sweepCopies(deps: WorkerDependencies): { stop(): void } {
  let isSweeping = false;
  const sweep = async (): Promise<void> => {
    if (isSweeping) return;
    isSweeping = true;
    for (const place of deps.repository.copies) {
      try {
        const asked = await askForMissing(deps, place, new Date());
        if (asked > 0) deps.log.info({ destination: place.id, asked }, 'asked for copies that are missing');
      } catch (error) {
        deps.log.warn(
          { destination: place.id, failure: failureOf(error) },
          'could not look for missing copies',
        );
      }
    }
    isSweeping = false;
  };
  void sweep();
  const timer = setInterval(() => void sweep(), EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** Answers how many were asked for. A place that takes nothing is not asked at all: the day's one try is for when it does. */
export async function askForMissing(deps: WorkerDependencies, place: CopyPlace, now: Date): Promise<number> {
  const { id: destination, open } = place;
  const day = now.toISOString().slice(0, 10);
  const repository = await open();
  const missing = (await missingIn(deps.repository, repository)).filter(({ destinations }) =>
    isWantedIn(destination, destinations),
  );
  if (missing.length > 0) await repository.storage.check();
  let asked = 0;
  for (const { backup } of missing) {
    const runs = {
      first: copyRunId(backup.run, destination),
      today: repeatedCopyRunId(backup.run, destination, day),
    };
    const [first, today] = await Promise.all([deps.runs.get(runs.first), deps.runs.get(runs.today)]);
    const which = decideMissing(first, today);
    if (which === undefined) continue;
    await askForCopy(deps, { run: runs[which], backup, destination });
    asked += 1;
  }
  return asked;
}
