import { failureOf, type CleanupResult, type Manifest, type RunId } from '@holdfast/contracts';
import { isPinned } from '@holdfast/retention-policy';
import { entryOf } from '../catalogue/entries.ts';
import type { RetentionDependencies } from '../dependencies.ts';
import { usedBy } from '../facts/plan-facts.ts';
import type { PlacePlan } from '../plan/make-plans.ts';
import { removeTold } from '../removal/remove-told.ts';

export type Done = Pick<CleanupResult, 'removed' | 'failures'>;

/** Looking through all runs before each of many removals would cost more than the removals. */
const LOOK_EVERY_MS = 2_000;

/**
 * Removes what a plan does not keep, the newest first, so that wherever it ends no backup is without what it builds on. What
 * cannot be removed stays, and so does what it builds on; the others go on. Throws only when it is to stop.
 */
export async function carryOut(
  deps: RetentionDependencies,
  { place, plan, manifests }: PlacePlan,
  { run, by, signal }: { readonly run: RunId; readonly by: string; readonly signal: AbortSignal },
): Promise<Done> {
  const removed: Done['removed'] = [];
  const failures: Done['failures'] = [];
  const staying = new Set<string>();
  const repository = await place.open();
  const isNeededNow = openIsNeededNow(deps);
  for (const { name, filename, sizeBytes } of plan.remove.toReversed()) {
    signal.throwIfAborted();
    const manifest = manifests.get(name);
    if (!manifest) continue;
    const keep = (): void => {
      for (const each of manifest.ancestors) staying.add(each.name);
    };
    // Somebody pinned it or began to read it since the plan.
    if (staying.has(name) || (await isNeededNow(manifest))) {
      keep();
      continue;
    }
    try {
      const entry = { ...entryOf(manifest, deps.now()), database: plan.database };
      await removeTold(deps, { place, repository, entry, run, by });
      removed.push({ name, filename, sizeBytes });
    } catch (error) {
      const failure = failureOf(error);
      // Without the bus nothing more can be told: the run is taken up again.
      if (failure.code === 'bus_unavailable') throw error;
      if (failure.code === 'internal') deps.onProblem(error, `removing ${filename} at ${place.label}`);
      failures.push({ name: place.id === undefined ? name : `${place.id}/${name}`, error: failure });
      keep();
    }
  }
  return { removed, failures };
}

function openIsNeededNow(deps: RetentionDependencies): (manifest: Manifest) => Promise<boolean> {
  let active = deps.runs.active();
  let lookedAtMs = performance.now();
  return async (manifest) => {
    if (performance.now() - lookedAtMs > LOOK_EVERY_MS) {
      active = deps.runs.active();
      lookedAtMs = performance.now();
    }
    if (usedBy(manifest, await active) !== undefined) return true;
    const pin = await deps.pins.get(manifest.backup.name);
    return pin !== undefined && isPinned(pin.value, deps.now());
  };
}
