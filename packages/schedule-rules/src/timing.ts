import { HoldfastError, type Schedule } from '@holdfast/contracts';
import { parseRule } from './rule.ts';
import type { Anchored } from './rule-due.ts';
import { isZone } from './zone.ts';

/** What decides when a schedule is due. */
export type Timing = Pick<Schedule, 'rule' | 'timezone' | 'createdAt'> & {
  readonly blackouts?: Schedule['blackouts'] | undefined;
};

const rules = new Map<string, ReturnType<typeof parseRule>>();
const KEPT = 20_000;

export function anchoredOf(timing: Timing): Anchored {
  assertZone(timing.timezone);
  let rule = rules.get(timing.rule);
  if (!rule) {
    rule = parseRule(timing.rule);
    if (rules.size >= KEPT) rules.clear();
    rules.set(timing.rule, rule);
  }
  return { rule, zone: timing.timezone, createdAtMs: Date.parse(timing.createdAt) };
}

export function assertZone(zone: string): void {
  // A bare offset is accepted by Intl; it knows no daylight saving and is no name of the zone data.
  if (/^[A-Za-z]/.test(zone) && isZone(zone)) return;
  throw new HoldfastError(
    'schedule_invalid',
    `The time zone "${zone}" is not known; use a name of the IANA zone data such as Europe/Berlin or UTC.`,
  );
}
