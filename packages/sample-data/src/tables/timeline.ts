import { years, type SamplePlan } from '../plan-sample.ts';

/** A year's stretch of row numbers: rows `first` to `first + count - 1` fall into it, in order. */
export type Stretch = {
  readonly first: number;
  readonly count: number;
  readonly startMs: number;
  readonly endMs: number;
};

/** The years with the answers that fall into them, numbered from 0 after the imported ones. */
export function answerStretches(plan: SamplePlan): readonly Stretch[] {
  let first = 0;
  return years.map(({ startMs, endMs }, index) => {
    const count = plan.answersOfYear[index] ?? 0;
    const stretch = { first, count, startMs, endMs };
    first += count;
    return stretch;
  });
}

const ALL_SHARES = years.reduce((sum, { share }) => sum + share, 0);

/** When row `index` of `count` rows happens that are spread over all years as the answers are. */
export function momentOf(index: number, count: number): number {
  let before = 0;
  const fraction = ((index + 0.5) / count) * ALL_SHARES;
  for (const { share, startMs, endMs } of years) {
    if (fraction < before + share)
      return Math.floor(startMs + ((fraction - before) / share) * (endMs - startMs));
    before += share;
  }
  return (years.at(-1)?.endMs ?? 0) - 1;
}
