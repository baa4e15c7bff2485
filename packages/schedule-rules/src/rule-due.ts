import type { Rule } from './rule.ts';
import { nextWall } from './walls.ts';
import { changeBetween, instantsOf, wallOf } from './zone.ts';

export type Anchored = { readonly rule: Rule; readonly zone: string; readonly createdAtMs: number };

/** The first time after `afterMs` that the rule alone makes due, blackouts aside; undefined: never again. */
export function nextRuleDue(anchored: Anchored, afterMs: number): number | undefined {
  const { rule, zone, createdAtMs } = anchored;
  if (rule.kind === 'interval') {
    return createdAtMs + (Math.floor((afterMs - createdAtMs) / rule.everyMs) + 1) * rule.everyMs;
  }
  if (rule.kind === 'cron' && rule.everyHour) return nextOfEveryHour(rule, zone, afterMs);
  return nextTimeOfDay(rule, zone, afterMs);
}

type WallRule = Exclude<Rule, { kind: 'interval' }>;

/**
 * Each time of day once: in the gap just after it, in the fold the first time. Wall times in order are then instants in
 * order, so the walls up to now are done and those that follow are looked at in turn.
 */
function nextTimeOfDay(rule: WallRule, zone: string, afterMs: number): number | undefined {
  let wall = nextWall(rule, wallOf(zone, afterMs));
  while (wall !== undefined) {
    const [dueMs] = instantsOf(zone, wall);
    if (dueMs > afterMs) return dueMs;
    wall = nextWall(rule, wall);
  }
  return undefined;
}

/** A rule without an hour means an interval: an hour that comes twice has its runs twice, else a gap would be left. */
function nextOfEveryHour(rule: WallRule, zone: string, afterMs: number): number | undefined {
  const offset = wallOf(zone, afterMs) - afterMs;
  const wall = nextWall(rule, afterMs + offset);
  if (wall === undefined) return undefined;
  const dueMs = wall - offset;
  if (wallOf(zone, dueMs) === wall) return dueMs;
  // The clocks change before it: what comes first after the change?
  const changeMs = changeBetween(zone, afterMs, dueMs);
  const changedWall = wallOf(zone, changeMs);
  if (wall < changedWall) return changeMs;
  const next = nextWall(rule, changedWall - 1);
  return next === undefined ? undefined : next - changedWall + changeMs;
}
