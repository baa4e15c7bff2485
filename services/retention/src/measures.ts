import { declaredCounter, declaredGauge } from '@holdfast/service-frame';
import type { Metrics } from '@holdfast/service-kit';

export type Measures = ReturnType<typeof openMeasures>;

export function openMeasures(metrics: Metrics) {
  const kept = declaredGauge(metrics, 'holdfast_retention_kept');
  const planned = declaredGauge(metrics, 'holdfast_retention_planned_removals');
  const removed = declaredCounter(metrics, 'holdfast_retention_removed_total');
  const freed = declaredCounter(metrics, 'holdfast_retention_freed_bytes_total');
  const orphans = declaredGauge(metrics, 'holdfast_retention_orphans');
  return {
    planned: (database: string, keep: number, remove: number): void => {
      kept.set({ database }, keep);
      planned.set({ database }, remove);
    },
    removed: (database: string, bytes: number): void => {
      removed.inc({ database });
      freed.inc({ database }, bytes);
    },
    orphans: (count: number): void => orphans.set(count),
  };
}
