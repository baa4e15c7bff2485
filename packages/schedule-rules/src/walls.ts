import { nextCronWall } from './cron-walls.ts';
import type { Rule } from './rule.ts';
import type { WallMs } from './zone.ts';

/** The first wall time after `wallMs` that the rule names; undefined: never again. */
export function nextWall(rule: Exclude<Rule, { kind: 'interval' }>, wallMs: WallMs): WallMs | undefined {
  if (rule.kind === 'cron') return nextCronWall(rule.pattern, wallMs);
  const from = new Date(wallMs);
  for (let months = 0; ; months += 1) {
    const due = inMonth(rule, from.getUTCFullYear(), from.getUTCMonth() + months);
    if (due > wallMs) return due;
  }
}

function inMonth(rule: Extract<Rule, { kind: 'monthly' }>, year: number, month: number): WallMs {
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(rule.day, lastDay), rule.hour, rule.minute);
}
