import type { DatabaseStatistics, RunCount } from '@holdfast/database';
import { declaredCounter, declaredGauge } from '@holdfast/service-frame';
import type { Gauge, Metrics } from '@holdfast/service-kit';

/** What was last read; a scrape never asks the database, so it answers in an outage too. */
export type Observed = {
  readonly position: number;
  readonly lag: number;
  readonly databases: readonly DatabaseStatistics[];
  readonly runs: readonly RunCount[];
};

type Value = (each: DatabaseStatistics) => number | undefined;

export function createGauges(metrics: Metrics, now: () => Date): { observe(observed: Observed): void } {
  let databases: readonly DatabaseStatistics[] = [];
  const position = declaredGauge(metrics, 'holdfast_history_position');
  const lag = declaredGauge(metrics, 'holdfast_history_lag_events');
  const runs = declaredCounter(metrics, 'holdfast_runs_total');
  const of =
    (value: Value) =>
    (gauge: Gauge<'database'>): void => {
      gauge.reset();
      for (const each of databases) {
        const current = value(each);
        if (current !== undefined) gauge.set({ database: each.database }, current);
      }
    };
  const ageOf = (time: string | undefined): number | undefined =>
    time === undefined ? undefined : Math.max(0, now().getTime() / 1_000 - secondsOf(time));
  const atOf = (time: string | undefined): number | undefined =>
    time === undefined ? undefined : secondsOf(time);

  const success: Value = (each) => ageOf(each.lastBackup?.createdAt);
  const successAt: Value = (each) => atOf(each.lastBackup?.createdAt);
  const proven: Value = (each) => ageOf(each.lastProven?.at);
  const provenAt: Value = (each) => atOf(each.lastProven?.at);
  const duration: Value = (each) => each.lastBackup && each.lastBackup.durationMs / 1_000;
  declaredGauge(metrics, 'holdfast_backup_last_success_age_seconds', of(success));
  declaredGauge(metrics, 'holdfast_backup_last_success_timestamp_seconds', of(successAt));
  declaredGauge(metrics, 'holdfast_backup_last_proven_age_seconds', of(proven));
  declaredGauge(metrics, 'holdfast_last_proven_restore_timestamp_seconds', of(provenAt));
  declaredGauge(metrics, 'holdfast_backup_last_duration_seconds', of(duration));
  declaredGauge(
    metrics,
    'holdfast_backup_last_size_bytes',
    of((each) => each.lastBackup?.sizeBytes),
  );
  declaredGauge(
    metrics,
    'holdfast_backups',
    of((each) => each.backups),
  );
  declaredGauge(
    metrics,
    'holdfast_backups_size_bytes',
    of((each) => each.sizeBytes),
  );
  declaredGauge(
    metrics,
    'holdfast_backups_raw_bytes',
    of((each) => each.rawBytes),
  );
  return {
    observe: (observed) => {
      position.set(observed.position);
      lag.set(observed.lag);
      ({ databases } = observed);
      // The rows are the truth, not what this process has seen: every replica says the same, also after a restart.
      runs.reset();
      for (const { kind, database, outcome, count } of observed.runs)
        runs.inc({ kind, database, outcome }, count);
    },
  };
}

const secondsOf = (time: string): number => Date.parse(time) / 1_000;
