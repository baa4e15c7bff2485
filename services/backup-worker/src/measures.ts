import type { Failure, Manifest, RestoreResult, RunKind, RunRecord } from '@holdfast/contracts';
import { declaredCounter, declaredGauge, declaredHistogram } from '@holdfast/service-frame';
import type { Metrics } from '@holdfast/service-kit';

/** A run that waits is looked at again about when it is due; a worker that does not see it then no longer counts it. */
const SEEN_AGAIN_MS = 3_000;

export type WorkerMeasures = ReturnType<typeof openMeasures>;

/** What this worker tells of its work. */
export function openMeasures(metrics: Metrics) {
  const waiting = new Map<string, { readonly kind: RunKind; readonly until: number }>();
  const backupSeconds = declaredHistogram(metrics, 'holdfast_backup_duration_seconds');
  const rawBytes = declaredCounter(metrics, 'holdfast_backup_raw_bytes_total');
  const storedBytes = declaredCounter(metrics, 'holdfast_backup_stored_bytes_total');
  const restoreSeconds = declaredHistogram(metrics, 'holdfast_restore_duration_seconds');
  const failed = declaredCounter(metrics, 'holdfast_attempts_failed_total');
  const active = declaredGauge(metrics, 'holdfast_runs_active');
  declaredGauge(metrics, 'holdfast_runs_waiting', (gauge) => {
    gauge.reset();
    gauge.set({ kind: 'backup' }, 0);
    for (const [run, { kind, until }] of waiting) {
      if (until < performance.now()) waiting.delete(run);
      else gauge.inc({ kind });
    }
  });
  return {
    waits: ({ id, kind }: RunRecord, delayMs: number): void =>
      void waiting.set(id, { kind, until: performance.now() + delayMs + SEEN_AGAIN_MS }),
    admitted: ({ id }: RunRecord): void => void waiting.delete(id),
    /** Around one attempt. */
    during: async <T>(kind: RunKind, work: () => Promise<T>): Promise<T> => {
      active.inc({ kind });
      try {
        return await work();
      } finally {
        active.dec({ kind });
      }
    },
    attemptFailed: (kind: RunKind, { code }: Failure): void => failed.inc({ kind, code }),
    backedUp: ({ backup: { database, type, durationMs, ...sizes } }: Manifest): void => {
      backupSeconds.observe({ database, type }, durationMs / 1_000);
      rawBytes.inc({ database, type }, sizes.rawBytes);
      storedBytes.inc({ database, type }, sizes.sizeBytes);
    },
    restored: (database: string, { mode, durationMs }: RestoreResult): void =>
      restoreSeconds.observe({ database, mode }, durationMs / 1_000),
  };
}
