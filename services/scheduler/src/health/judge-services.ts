import { formatDuration } from '@holdfast/contracts';
import { timeOf } from './time-of.ts';
import type { Check, Limits, ScheduleSign, Signs } from './signs.ts';

/** A restart takes less: what comes back within it was not missed. */
const MISSED_AFTER_MS = 60_000;
const LATE_MS = 2 * 60_000;
const VERY_LATE_MS = 15 * 60_000;
/** So many events wait only where a service is down or far behind. */
const MANY_PENDING = 1_000;

/** Processes, releases, the bus and whether schedules fire on time. */
export function judgeServices(signs: Signs, limits: Limits): readonly Check[] {
  return [
    ...judgeMissing(signs),
    judgeReleases(signs),
    judgeDeadLetters(signs),
    ...judgePending(signs),
    ...(limits.schedulesFire ? judgeLag(signs) : []),
  ];
}

function judgeMissing({ missing, nowMs, services }: Signs): readonly Check[] {
  const absent = Object.entries(missing)
    .filter(([, sinceMs]) => nowMs - sinceMs >= MISSED_AFTER_MS)
    .map(([service, sinceMs]): Check => {
      const worker = service === 'backup-worker';
      return {
        check: 'services.present',
        subject: service,
        outcome: worker ? 'critical' : 'warning',
        detail: `No ${service} has been there for ${formatDuration(Math.round((nowMs - sinceMs) / 1_000) * 1_000)}${worker ? ', so no backup can be made or restored' : ''}; start one.`,
      };
    });
  if (absent.length > 0) return absent;
  return [{ check: 'services.present', outcome: 'ok', detail: `${services.length} processes are there.` }];
}

function judgeReleases({ services }: Signs): Check {
  const releases = [...new Set(services.flatMap(({ release }) => release ?? []))].sort();
  const check = 'services.releases';
  if (releases.length <= 1)
    return { check, outcome: 'ok', detail: `All are of release ${releases[0] ?? 'unknown'}.` };
  return {
    check,
    outcome: 'warning',
    detail: `Services of different releases run side by side (${releases.join(', ')}); finish the update.`,
  };
}

function judgeDeadLetters({ deadLetters }: Signs): Check {
  const check = 'bus.dead-letters';
  if (deadLetters === 0) return { check, outcome: 'ok', detail: 'There are none.' };
  return {
    check,
    outcome: 'warning',
    detail: `${deadLetters} messages could not be handled and are kept as dead letters; look at why, then have them handled again or remove them.`,
  };
}

function judgePending({ pending }: Signs): readonly Check[] {
  return pending.map(({ durable, events }): Check => {
    const told = { check: 'bus.pending', subject: durable };
    return events < MANY_PENDING
      ? { ...told, outcome: 'ok', detail: `${events} events wait.` }
      : {
          ...told,
          outcome: 'warning',
          detail: `${events} events wait for ${durable}; see whether that service runs and what its log says.`,
        };
  });
}

function judgeLag({ schedules, nowMs }: Signs): readonly Check[] {
  return schedules
    .filter(({ schedule }) => schedule.enabled)
    .map((sign): Check => {
      const lateMs = lagOf(sign, nowMs);
      const told = { check: 'schedule.lag', subject: sign.schedule.id };
      if (lateMs <= LATE_MS) return { ...told, outcome: 'ok', detail: nextDetail(sign) };
      return {
        ...told,
        outcome: lateMs > VERY_LATE_MS ? 'critical' : 'warning',
        detail: `Schedule ${sign.schedule.id} should have fired ${formatDuration(Math.round(lateMs / 1_000) * 1_000)} ago; look at the schedulers' logs.`,
      };
    });
}

/** How late a schedule is; jitter is no lateness. 0: it is on time. */
export const lagOf = ({ schedule, nextDueAtMs }: ScheduleSign, nowMs: number): number =>
  nextDueAtMs === undefined ? 0 : Math.max(0, nowMs - nextDueAtMs - schedule.jitterMs);

function nextDetail({ state }: ScheduleSign): string {
  return timeOf(state?.lastFiredAt) === undefined
    ? 'It has not fired yet, and is not late.'
    : `It fired last at ${state?.lastFiredAt ?? ''}.`;
}
