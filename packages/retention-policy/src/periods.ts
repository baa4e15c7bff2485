import { HoldfastError } from '@holdfast/contracts';

export const periods = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type Period = (typeof periods)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws policy_invalid for a zone that nobody knows. */
function formatOf(timezone: string): Intl.DateTimeFormat {
  const before = formats.get(timezone);
  if (before) return before;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timezone, made);
    return made;
  } catch (cause) {
    throw new HoldfastError(
      'policy_invalid',
      `"${timezone}" is no time zone; write an IANA name such as Europe/Berlin.`,
      { cause },
    );
  }
}

export const assertZone = (timezone: string): void => void formatOf(timezone);

/** What a clock on the wall in that zone shows, as milliseconds in UTC. */
function wallMs(ms: number, timezone: string): number {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/** The day in that zone, `2026-03-29`. */
export const dayOf = (ms: number, timezone: string): string => isoDay(wallMs(ms, timezone));

/** Names the period in which a moment lies; equal names, same period. */
export function periodOf(period: Period, ms: number, timezone: string): string {
  const wall = wallMs(ms, timezone);
  switch (period) {
    case 'hourly':
      return hourName(ms, wall);
    case 'daily':
      return isoDay(wall);
    case 'weekly':
      return isoWeek(wall);
    case 'monthly':
      return isoDay(wall).slice(0, 7);
    case 'yearly':
      return isoDay(wall).slice(0, 4);
    default:
      return period satisfies never;
  }
}

/** With the offset: when clocks go back, an hour comes twice, and these are two hours. */
function hourName(ms: number, wall: number): string {
  const offsetMinutes = Math.round((wall - ms) / 60_000);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const hours = String(Math.floor(Math.abs(offsetMinutes) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offsetMinutes) % 60).padStart(2, '0');
  return `${new Date(wall).toISOString().slice(0, 13)}${sign}${hours}:${minutes}`;
}

const isoDay = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

/** ISO 8601: a week belongs to the year that has its Thursday. */
function isoWeek(wall: number): string {
  const weekday = (new Date(wall).getUTCDay() + 6) % 7;
  const thursday = wall + (3 - weekday) * DAY_MS;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
