import type { RetentionPolicy } from '@holdfast/contracts';
import { durationInWords } from './in-words.ts';
import { newest, type Known } from './lineage.ts';
import { periodOf, periods, type Period } from './periods.ts';
import type { Reason, Reasons } from './plan-protections.ts';

const countOf = (policy: RetentionPolicy, period: Period): number | undefined =>
  ({
    hourly: policy.keepHourly,
    daily: policy.keepDaily,
    weekly: policy.keepWeekly,
    monthly: policy.keepMonthly,
    yearly: policy.keepYearly,
  })[period];

/** Whether the policy says what stays; then its limits of age and count are not looked at. */
export const hasKeepRules = (policy: RetentionPolicy): boolean =>
  [policy.keepLast, policy.keepWithinMs, ...periods.map((period) => countOf(policy, period))].some(
    (rule) => rule !== undefined,
  );

/**
 * What the keep rules keep. Of each period the newest backup stays, as many periods as the rule counts, and only periods
 * with a backup count: days without one use nothing up. Parts of a database are counted each for itself, so none takes the
 * place of a whole one. Broken ones are not counted; those newer than the newest good one stay, as a copy may heal them.
 */
export function planKeepRules(backups: readonly Known[], policy: RetentionPolicy, now: Date): Reasons {
  const reasons = new Map<Known, Reason[]>();
  const add = (known: Known, reason: Reason): void =>
    void reasons.set(known, [...(reasons.get(known) ?? []), reason]);
  for (const group of byPart(backups.filter(({ isGood }) => isGood))) {
    keepLast(group, policy, add);
    keepWithin(group, policy, now, add);
    for (const period of periods) keepOfPeriod(group, policy, period, add);
  }
  const good = newest(backups, ({ isGood }) => isGood);
  for (const known of backups) {
    if (!known.isGood && (!good || known.createdAtMs >= good.createdAtMs))
      add(known, { rule: 'within-limits', detail: 'not good, but newer than the newest good backup' });
  }
  return reasons;
}

type Add = (known: Known, reason: Reason) => void;

function keepLast(backups: readonly Known[], { keepLast: count = 0 }: RetentionPolicy, add: Add): void {
  for (const known of backups.slice(0, count))
    add(known, { rule: 'keep-last', detail: `one of the last ${count}` });
}

/** Counted back from the newest backup: a history that has stopped is not eaten up by time. */
function keepWithin(backups: readonly Known[], policy: RetentionPolicy, now: Date, add: Add): void {
  const { keepWithinMs } = policy;
  const [latest] = backups;
  if (keepWithinMs === undefined || !latest) return;
  const fromMs = Math.min(latest.createdAtMs, now.getTime()) - keepWithinMs;
  for (const known of backups) {
    if (known.createdAtMs >= fromMs)
      add(known, { rule: 'keep-within', detail: `within ${durationInWords(keepWithinMs)} of the newest` });
  }
}

function keepOfPeriod(backups: readonly Known[], policy: RetentionPolicy, period: Period, add: Add): void {
  let left = countOf(policy, period) ?? 0;
  let last: string | undefined;
  for (const known of backups) {
    if (left === 0) return;
    const name = periodOf(period, known.createdAtMs, policy.timezone);
    if (name === last) continue;
    last = name;
    left -= 1;
    add(known, { rule: period, detail: `the newest of ${name}` });
  }
}

function byPart(backups: readonly Known[]): readonly (readonly Known[])[] {
  return [...Map.groupBy(backups, ({ facts }) => facts.part).values()];
}
