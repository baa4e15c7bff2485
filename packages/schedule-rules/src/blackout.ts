import type { Schedule } from '@holdfast/contracts';
import { instantsOf, minuteOfDay, startOfDay, wallOf, weekdayOf } from './zone.ts';

export type Blackouts = { readonly timezone: string; readonly blackouts?: Schedule['blackouts'] | undefined };
type Window = Schedule['blackouts'][number];

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Windows follow one another at most so often before a week is full of them. */
const MOST_IN_A_ROW = 200;

/** Whether nothing may be begun now. A window holds its first moment and not its last. */
export function isBlackedOut(schedule: Blackouts, at: Date): boolean {
  return windowAt(schedule, at.getTime()) !== undefined;
}

/** The moment itself, or the end of the windows it lies in; undefined where they never end. */
export function afterBlackouts(schedule: Blackouts, atMs: number): number | undefined {
  let at = atMs;
  for (let steps = 0; steps < MOST_IN_A_ROW; steps += 1) {
    const window = windowAt(schedule, at);
    if (!window) return at;
    at = instantsOf(schedule.timezone, window.toWall).find((end) => end > at) ?? at + MINUTE_MS;
  }
  return undefined;
}

/** The moment itself, or the start of the windows it lies in. */
export function beforeBlackouts(schedule: Blackouts, atMs: number): number {
  let at = atMs;
  for (let steps = 0; steps < MOST_IN_A_ROW; steps += 1) {
    const window = windowAt(schedule, steps === 0 ? at : at - 1);
    if (!window) return at;
    const [start] = instantsOf(schedule.timezone, window.fromWall);
    at = start < at ? start : at - MINUTE_MS;
  }
  return at;
}

type Occurring = { readonly fromWall: number; readonly toWall: number };

function windowAt(schedule: Blackouts, atMs: number): Occurring | undefined {
  const { timezone, blackouts = [] } = schedule;
  if (blackouts.length === 0) return undefined;
  const wall = wallOf(timezone, atMs);
  for (const window of blackouts) {
    // One that began yesterday may reach over midnight.
    for (const day of [startOfDay(wall), startOfDay(wall) - DAY_MS]) {
      const occurring = onDay(window, day);
      if (occurring && wall >= occurring.fromWall && wall < occurring.toWall) return occurring;
    }
  }
  return undefined;
}

function onDay(window: Window, dayWall: number): Occurring | undefined {
  const days: readonly string[] | undefined = window.days;
  if (days && !days.includes(WEEKDAYS[weekdayOf(dayWall)] ?? '')) return undefined;
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)];
  return {
    fromWall: dayWall + from * MINUTE_MS,
    toWall: dayWall + to * MINUTE_MS + (to > from ? 0 : DAY_MS),
  };
}

function minutesOf(time: string): number {
  return minuteOfDay(Date.parse(`1970-01-01T${time}:00Z`));
}
