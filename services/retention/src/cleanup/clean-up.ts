import { HoldfastError, type CleanupResult } from '@holdfast/contracts';
import { isTooStrict } from '@holdfast/retention-policy';
import type { Attempt } from '@holdfast/runs';
import type { RetentionDependencies } from '../dependencies.ts';
import { makePlans, type PlacePlan } from '../plan/make-plans.ts';
import { reconcileDatabase } from '../reconcile/reconcile-database.ts';
import { sweepOrphans } from '../reconcile/sweep-orphans.ts';
import { placesOf } from '../places.ts';
import { withDatabase } from '../with-lease.ts';
import { carryOut } from './carry-out.ts';
import { tellPlanned } from './tell-planned.ts';
import { toldRemoved } from './told-removed.ts';
import { warnUnmet } from './warn-unmet.ts';
import type { CleanupWish } from './wish.ts';

export type CleanupOptions = CleanupWish &
  Pick<Attempt, 'run' | 'attempt' | 'requestedAt' | 'signal'> & {
    /** When the plan was announced that is to be carried out; undefined: plan now. */
    readonly plannedAt: Date | undefined;
  };

/** So many removals are named in the result; all are told of by events of their own. */
const MAX_NAMES = 2_000;

/**
 * Plans, tells, removes: each database at each place. Begun again after a crash it ends the same, as what was done already
 * is in no plan any more. Throws policy_too_strict when the one database that was named would keep protected backups alone.
 */
export async function cleanUp(deps: RetentionDependencies, options: CleanupOptions): Promise<CleanupResult> {
  const { database, maxAgeMs, run, attempt, requestedAt, signal, plannedAt } = options;
  const wish = { database, maxAgeMs, at: plannedAt };
  const { plans, away } = await makePlans(deps, wish);
  await warnUnmet(deps, plans);
  const failures: CleanupResult['failures'] = away.map(({ place, error }) => ({ name: place.label, error }));
  const removedNow: CleanupResult['removed'] = [];
  let kept = 0;
  for (const [name, of] of Map.groupBy(plans, ({ plan }) => plan.database)) {
    measure(deps, of);
    kept += of.find(({ place }) => place.id === undefined)?.plan.keep.length ?? 0;
    const strict = options.force ? undefined : of.find(({ plan }) => isTooStrict(plan));
    if (strict) {
      const error = tooStrict(strict);
      if (database !== undefined) throw error;
      failures.push({ name, error: { code: error.code, message: error.message } });
      continue;
    }
    await withDatabase(deps, name, signal, async () => {
      await reconcileDatabase(deps, name);
      // What another clean-up removed while this one waited for its turn is in no plan any more.
      for (const each of (await makePlans(deps, { ...wish, database: name })).plans) {
        await tellPlanned(deps, run, each.plan);
        const done = await carryOut(deps, each, options);
        if (each.place.id === undefined) removedNow.push(...done.removed);
        failures.push(...done.failures);
      }
    });
  }
  const orphans = options.sweeps ? await sweepOrphans(deps, placesOf(deps), signal) : undefined;
  const removed = attempt === 1 ? removedNow : await toldRemoved(deps, run, requestedAt);
  return {
    removed: removed.slice(0, MAX_NAMES),
    freedBytes: removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    kept,
    failures,
    ...(orphans ? { orphans } : {}),
  };
}

function measure(deps: RetentionDependencies, plans: readonly PlacePlan[]): void {
  const primary = plans.find(({ place }) => place.id === undefined)?.plan;
  if (primary) deps.measures.planned(primary.database, primary.keep.length, primary.remove.length);
}

const tooStrict = ({ plan, place }: PlacePlan): HoldfastError =>
  new HoldfastError(
    'policy_too_strict',
    `It would remove ${plan.remove.length} backups of ${plan.database} at ${place.label} and keep only the ${plan.keep.length} that are protected; look at "backup-admin retention plan", then change the policy, or force it.`,
  );
