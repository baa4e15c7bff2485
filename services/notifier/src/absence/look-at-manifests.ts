import { failureOf } from '@holdfast/contracts';
import type { Repository } from '@holdfast/engine';
import type { Looked } from './notices.ts';
import type { Expectation } from './plan-expectations.ts';

/**
 * Whether the repository holds what nobody told us of. `knownSuccessMs`: a repository that does not even have what we know
 * of is the wrong one, or not mounted, and proves nothing.
 */
export async function lookAtManifests(
  open: () => Promise<Repository>,
  { schedule, action, database }: Expectation,
  sinceMs: number,
  knownSuccessMs: number | undefined,
): Promise<Looked> {
  if (action === 'drill') return { kind: 'unknown', why: 'a drill leaves nothing in it' };
  try {
    const repository = await open();
    const entries = await repository.list(database === undefined ? {} : { database });
    const whole = entries.flatMap(({ manifest }) =>
      manifest && !manifest.backup.selection ? [manifest.backup] : [],
    );
    const times = whole.map((backup) => ({ backup, createdMs: Date.parse(backup.createdAt) }));
    const found = times.find(
      ({ backup, createdMs }) =>
        createdMs >= sinceMs && (backup.type === schedule.type || backup.type === 'full'),
    );
    if (found) return { kind: 'found', createdMs: found.createdMs, type: found.backup.type };
    if (times.length === 0 && knownSuccessMs !== undefined)
      return { kind: 'unknown', why: 'it has no backup at all, though there was one: is it mounted?' };
    const lastMs = times.length === 0 ? undefined : Math.max(...times.map(({ createdMs }) => createdMs));
    return { kind: 'absent', lastMs };
  } catch (error) {
    return { kind: 'unknown', why: failureOf(error).message };
  }
}
