import type { RetentionPlan } from '@holdfast/contracts';
import { dayOf } from './periods.ts';

export type CalendarDay = {
  /** In the policy's zone, `2026-03-29`. */
  readonly date: string;
  /** Monday is 1. */
  readonly weekday: number;
  /** Backups of that day that stay, and the rules that keep them. */
  readonly kept: number;
  readonly rules: readonly string[];
  readonly removed: number;
};

export type CalendarMonth = { readonly month: string; readonly days: readonly CalendarDay[] };

const DAY_MS = 86_400_000;

/** What stays of each day of the plan's history, months from the oldest to the newest with all of their days. */
export function calendarOf(plan: RetentionPlan): readonly CalendarMonth[] {
  const { timezone } = plan.policy;
  const on = (createdAt: string): string => dayOf(Date.parse(createdAt), timezone);
  const kept = Map.groupBy(plan.keep, ({ createdAt }) => on(createdAt));
  const removed = Map.groupBy(plan.remove, ({ createdAt }) => on(createdAt));
  const dates = [...kept.keys(), ...removed.keys()].sort();
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return [];
  const days = daysOfMonths(first, last).map((date): CalendarDay => {
    const stays = kept.get(date) ?? [];
    const rules = stays.flatMap(({ reasons }) => reasons.map(({ rule }) => rule));
    return {
      date,
      weekday: ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1,
      kept: stays.length,
      rules: [...new Set(rules)],
      removed: removed.get(date)?.length ?? 0,
    };
  });
  return [...Map.groupBy(days, ({ date }) => date.slice(0, 7))].map(([month, of]) => ({ month, days: of }));
}

/** From the first of the first month to the end of the last one. */
function daysOfMonths(first: string, last: string): readonly string[] {
  const end = new Date(`${last.slice(0, 7)}-01T00:00:00Z`);
  end.setUTCMonth(end.getUTCMonth() + 1);
  const dates: string[] = [];
  for (let ms = Date.parse(`${first.slice(0, 7)}-01T00:00:00Z`); ms < end.getTime(); ms += DAY_MS)
    dates.push(new Date(ms).toISOString().slice(0, 10));
  return dates;
}
