import type { RetentionPlan } from '@holdfast/contracts';

/** Both lists to so many names each: the newest of what stays, the oldest of what goes. */
export const cutPlan = (plan: RetentionPlan, names: number): RetentionPlan => ({
  ...plan,
  keep: plan.keep.slice(0, names),
  remove: plan.remove.slice(0, names),
});

/** A message of the bus has a megabyte at most. */
const MAX_BYTES = 900_000;

/** Whole where they fit in one message, else cut until they do. */
export function fitPlans(plans: readonly RetentionPlan[], maxBytes = MAX_BYTES): readonly RetentionPlan[] {
  let names = Math.max(0, ...plans.flatMap(({ keep, remove }) => [keep.length, remove.length]));
  let fitting = plans;
  while (names > 1 && Buffer.byteLength(JSON.stringify(fitting)) > maxBytes) {
    names = Math.ceil(names / 2);
    fitting = plans.map((plan) => cutPlan(plan, names));
  }
  return fitting;
}
