import {
  failureOf,
  type Failure,
  type Manifest,
  type RetentionPlan,
  type RetentionPolicy,
} from '@holdfast/contracts';
import { planRetention, policyFor, type BackupFacts, type PolicySources } from '@holdfast/retention-policy';
import type { RetentionDependencies } from '../dependencies.ts';
import { loadKnown } from '../facts/load-known.ts';
import { planFacts, type Known } from '../facts/plan-facts.ts';
import { placesOf, type Place } from '../places.ts';
import { loadPolicies } from '../policies/load-policies.ts';
import { leaveOutNewer, leaveToPrimary } from './plan-places.ts';

export type PlanWish = {
  /** Absent: all that have backups. */
  readonly database?: string | undefined;
  /** Instead of the policies in force. */
  readonly policy?: RetentionPolicy | undefined;
  readonly maxAgeMs?: number | undefined;
  /** As of then: backups made later take no part [now]. */
  readonly at?: Date | undefined;
};

export type PlacePlan = {
  readonly place: Place;
  readonly plan: RetentionPlan;
  /** By name. */
  readonly manifests: ReadonlyMap<string, Manifest>;
};

export type Plans = {
  readonly plans: readonly PlacePlan[];
  /** Places that could not be looked at. */
  readonly away: readonly { readonly place: Place; readonly error: Failure }[];
};

/**
 * A plan for each database at each place, the primary place first. Copies go only where the primary place has the backup no
 * more: they would be brought again. Throws when the primary place cannot be listed, or a policy cannot be read.
 */
export async function makePlans(deps: RetentionDependencies, wish: PlanWish): Promise<Plans> {
  const [sources, known] = await Promise.all([loadPolicies(deps), loadKnown(deps)]);
  const [primary, ...copies] = placesOf(deps);
  const plans = await plansAt(deps, primary, wish, sources, known, undefined);
  const keptAtPrimary = new Set(plans.flatMap(({ plan }) => plan.keep.map(({ name }) => name)));
  const all = [...plans];
  const away: { place: Place; error: Failure }[] = [];
  for (const place of copies) {
    try {
      all.push(...(await plansAt(deps, place, wish, sources, known, keptAtPrimary)));
    } catch (error) {
      away.push({ place, error: failureOf(error) });
    }
  }
  return { plans: all, away };
}

async function plansAt(
  deps: RetentionDependencies,
  place: Place,
  wish: PlanWish,
  sources: PolicySources,
  known: Known,
  keptAtPrimary: ReadonlySet<string> | undefined,
): Promise<readonly PlacePlan[]> {
  const repository = await place.open();
  const entries = await repository.list(wish.database === undefined ? {} : { database: wish.database });
  const manifests = entries.flatMap(({ manifest }) => (manifest ? [manifest] : []));
  const now = wish.at ?? deps.now();
  return [...Map.groupBy(manifests, ({ backup }) => backup.database)].map(([database, of]) => {
    const facts = planFacts(of, known);
    const backups: readonly BackupFacts[] = leaveOutNewer(leaveToPrimary(facts, keptAtPrimary), wish.at);
    const plan = planRetention({
      database,
      destination: place.id,
      backups,
      policy: wish.policy ?? policyFor(database, sources).policy,
      now,
      maxAgeMs: wish.maxAgeMs,
      safetyKeepMs: deps.settings.BACKUP_SAFETY_KEEP,
    });
    return { place, plan, manifests: new Map(of.map((manifest) => [manifest.backup.name, manifest])) };
  });
}
