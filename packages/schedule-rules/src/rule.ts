import { HoldfastError, parseDuration } from '@holdfast/contracts';
import { assertPossible } from './cron-walls.ts';

/** What a rule says, apart from zone and anchor. */
export type Rule =
  /** Five fields. `everyHour`: it names minutes alone, no hour, and so means an interval and not times of day. */
  | { readonly kind: 'cron'; readonly pattern: string; readonly everyHour: boolean }
  /** In a month without that day, its last one. */
  | { readonly kind: 'monthly'; readonly day: number; readonly hour: number; readonly minute: number }
  /** Counted from the schedule's creation; knows no zone. */
  | { readonly kind: 'interval'; readonly everyMs: number };

const POSSIBLE =
  'possible are cron (`0 3 * * mon-fri`), `daily at 03:00`, `weekly on sunday at 02:00`, `monthly on 31 at 04:00`, a duration (`24h`) and @hourly, @daily, @weekly, @monthly, @yearly';

const NAMED: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAILY = /^daily at (\S+)$/;
const WEEKLY = /^weekly on (\S+) at (\S+)$/;
const MONTHLY = /^monthly on (\S+) at (\S+)$/;
const TIME = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** Below it a scheduler would do nothing else. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 10 * 366 * 86_400_000;

/** Throws `schedule_invalid` with what is wrong and what would be possible. */
export function parseRule(text: string): Rule {
  const rule = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const named = NAMED[rule];
  if (named !== undefined) return cron(named, text);
  const daily = DAILY.exec(rule);
  if (daily) {
    const { hour, minute } = timeOf(daily[1], text);
    return cron(`${minute} ${hour} * * *`, text);
  }
  const weekly = WEEKLY.exec(rule);
  if (weekly) {
    const { hour, minute } = timeOf(weekly[2], text);
    return cron(`${minute} ${hour} * * ${weekdayNumber(weekly[1] ?? '', text)}`, text);
  }
  const monthly = MONTHLY.exec(rule);
  if (monthly) return { kind: 'monthly', day: dayOf(monthly[1] ?? '', text), ...timeOf(monthly[2], text) };
  const everyMs = parseDuration(rule);
  if (everyMs !== undefined) return interval(everyMs, text);
  if (/^(@|daily\b|weekly\b|monthly\b)/.test(rule)) throw invalid(text, 'is not understood', POSSIBLE);
  if (rule.split(' ').length === 5) return cron(rule, text);
  throw invalid(
    text,
    rule.split(' ').length > 5 ? 'has more than the five fields of cron' : 'is not understood',
    POSSIBLE,
  );
}

function cron(pattern: string, text: string): Rule {
  try {
    assertPossible(pattern);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : String(cause);
    throw invalid(text, `is no cron expression: ${why}`, POSSIBLE, cause);
  }
  return { kind: 'cron', pattern, everyHour: pattern.split(' ')[1] === '*' };
}

function timeOf(time: string | undefined, text: string): { readonly hour: number; readonly minute: number } {
  const parts = TIME.exec(time ?? '');
  if (!parts) throw invalid(text, `has no time of day "${time}"`, 'write it as 03:00, up to 23:59');
  return { hour: Number(parts[1]), minute: Number(parts[2]) };
}

function weekdayNumber(day: string, text: string): number {
  const number = DAYS.findIndex((name) => name === day || name.slice(0, 3) === day);
  if (number < 0) throw invalid(text, `has no day of the week "${day}"`, `days are ${DAYS.join(', ')}`);
  return number;
}

function dayOf(day: string, text: string): number {
  const number = Number(day.replace(/(st|nd|rd|th|\.)$/, ''));
  if (!Number.isInteger(number) || number < 1 || number > 31)
    throw invalid(
      text,
      `has no day of the month "${day}"`,
      'days are 1 to 31; a month that lacks it takes its last day',
    );
  return number;
}

function interval(everyMs: number, text: string): Rule {
  if (everyMs < SHORTEST_MS) throw invalid(text, 'is too short a duration', 'the shortest is 1s');
  if (everyMs > LONGEST_MS) throw invalid(text, 'is too long a duration', 'the longest is 3660d');
  return { kind: 'interval', everyMs: Math.round(everyMs) };
}

const invalid = (text: string, why: string, next: string, cause?: unknown): HoldfastError =>
  new HoldfastError('schedule_invalid', `The rule "${text}" ${why}; ${next}.`, { cause });
