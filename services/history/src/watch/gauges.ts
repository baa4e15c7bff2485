import type { DatabaseStatistics } from '@holdfast/database';
import type { Metrics } from '@holdfast/service-kit';

/** What was last read; a scrape never asks the database, so it answers in an outage too. */
export type Observed = {
  readonly position: number;
  readonly lag: number;
  readonly databases: readonly DatabaseStatistics[];
};

export function createGauges(metrics: Metrics, now: () => Date): { observe(observed: Observed): void } {
  let databases: readonly DatabaseStatistics[] = [];
  const position = metrics.gauge('holdfast_history_position', 'Sequence up to which events are in the rows.');
  const lag = metrics.gauge(
    'holdfast_history_lag_events',
    'Sequences of the stream that are not in the rows.',
  );
  const perDatabase = (name: string, help: string, value: (each: DatabaseStatistics) => number | undefined) =>
    metrics.gauge(name, help, ['database'], (gauge) => {
      gauge.reset();
      for (const each of databases) {
        const current = value(each);
        if (current !== undefined) gauge.set({ database: each.database }, current);
      }
    });
  const ageSeconds = (time: string | undefined): number | undefined =>
    time === undefined ? undefined : Math.max(0, (now().getTime() - Date.parse(time)) / 1_000);

  perDatabase('holdfast_backup_last_success_age_seconds', 'Since the newest backup was made.', (each) =>
    ageSeconds(each.lastBackup?.createdAt),
  );
  perDatabase('holdfast_backup_last_proven_age_seconds', 'Since a drill last proved a backup.', (each) =>
    ageSeconds(each.lastProven?.at),
  );
  perDatabase('holdfast_backups', 'Backups that are not deleted.', (each) => each.backups);
  perDatabase('holdfast_backups_size_bytes', 'What they occupy.', (each) => each.sizeBytes);
  return {
    observe: (observed) => {
      position.set(observed.position);
      lag.set(observed.lag);
      ({ databases } = observed);
    },
  };
}
