import type { Schedule, ScheduleClaim } from '@holdfast/contracts';
import { databasesOf, expectedIntervalMs, nextDueAt } from '@holdfast/schedule-rules';
import { declaredCounter, declaredGauge } from '@holdfast/service-frame';
import type { Metrics } from '@holdfast/service-kit';
import type { Clock } from '../clock.ts';
import type { Followed } from '../follow-bucket.ts';

type Promised = {
  readonly revision: number;
  readonly dueMs: number | undefined;
  readonly intervalMs: number | undefined;
};

/** What schedules promise, read at each scrape, and what this replica did. Returns what is to be told when it is done. */
export function measureSchedules(
  metrics: Metrics,
  clock: Clock,
  followed: () => Followed<Schedule>['entries'],
  known: () => readonly string[],
): (schedule: string, claim: ScheduleClaim) => void {
  const lag = declaredGauge(metrics, 'holdfast_schedule_lag_seconds');
  const fired = declaredCounter(metrics, 'holdfast_schedule_fired_total');
  const missed = declaredCounter(metrics, 'holdfast_schedule_missed_total');
  const promised = new Map<string, Promised>();

  // Reckoned anew only when it has passed or the schedule changed: a scrape of thousands must not hold up what is due.
  function promiseOf(schedule: Schedule, revision: number): Promised {
    const nowMs = clock.now();
    const kept = promised.get(schedule.id);
    if (kept?.revision === revision && (kept.dueMs === undefined || kept.dueMs > nowMs)) return kept;
    const fresh = { revision, ...reckon(schedule, new Date(nowMs)) };
    promised.set(schedule.id, fresh);
    return fresh;
  }
  const active = function* (): Generator<{ readonly schedule: Schedule; readonly promise: Promised }> {
    for (const { value: schedule, revision } of followed().values()) {
      if (schedule.enabled) yield { schedule, promise: promiseOf(schedule, revision) };
    }
  };
  declaredGauge(metrics, 'holdfast_schedule_next_timestamp_seconds', (gauge) => {
    gauge.reset();
    for (const { schedule, promise } of active()) {
      if (promise.dueMs !== undefined) gauge.set({ schedule: schedule.id }, promise.dueMs / 1_000);
    }
  });
  declaredGauge(metrics, 'holdfast_schedule_expected_interval_seconds', (gauge) => {
    gauge.reset();
    for (const { schedule, promise } of active()) {
      if (promise.intervalMs === undefined) continue;
      for (const database of databasesOf(schedule.database, known()))
        gauge.set({ schedule: schedule.id, database }, promise.intervalMs / 1_000);
    }
  });

  return (schedule, claim) => {
    if (claim.fire.length > 0) {
      fired.inc({ schedule }, claim.fire.length);
      lag.set({ schedule }, Math.max(...claim.fire.map(({ lateMs }) => lateMs)) / 1_000);
    }
    for (const { reason, count } of claim.missed) missed.inc({ schedule, reason }, count);
  };
}

function reckon(schedule: Schedule, now: Date): Omit<Promised, 'revision'> {
  try {
    return { dueMs: nextDueAt(schedule, now)?.getTime(), intervalMs: expectedIntervalMs(schedule, now) };
  } catch {
    // An impossible schedule promises nothing; that it cannot fire is logged where it is to fire.
    return { dueMs: undefined, intervalMs: undefined };
  }
}
