import { Cron } from 'croner';
import type { WallMs } from './zone.ts';

/** A parsed expression weighs 80 kB, most schedules share few expressions, and parsing takes a tenth of a millisecond. */
const KEPT = 200;
const parsed = new Map<string, Cron>();

function cronOf(pattern: string): Cron {
  const known = parsed.get(pattern);
  if (known) return known;
  const cron = new Cron(pattern, { mode: '5-part', timezone: 'UTC', paused: true });
  if (parsed.size >= KEPT) parsed.delete(parsed.keys().next().value ?? '');
  parsed.set(pattern, cron);
  return cron;
}

/**
 * The first wall time after `wallMs` that the expression names. croner is asked in UTC alone: what a time means that a
 * zone has twice or never is decided in due.ts, the same for all kinds of rules.
 */
export function nextCronWall(pattern: string, wallMs: WallMs): WallMs | undefined {
  return cronOf(pattern).nextRun(new Date(wallMs))?.getTime();
}

/** Any start will do: within 28 years from here every date of the calendar falls on every day of the week. */
const SOME_START = Date.UTC(2000, 0, 1);

/** Throws with a reason: malformed, or no day in any year is meant by it. */
export function assertPossible(pattern: string): void {
  if (nextCronWall(pattern, SOME_START) === undefined)
    throw new Error('it names dates that no year has, such as 30 February');
}
