import { declaredCounter, declaredGauge, declaredHistogram } from '@holdfast/service-frame';
import type { Metrics } from '@holdfast/service-kit';

export type Measures = ReturnType<typeof openMeasures>;

/** What this process measures; made once. */
export const openMeasures = (metrics: Metrics) => ({
  drillSeconds: declaredHistogram(metrics, 'holdfast_restore_drill_duration_seconds'),
  validations: declaredCounter(metrics, 'holdfast_validations_total'),
  verifiedBytes: declaredCounter(metrics, 'holdfast_verified_bytes_total'),
  oldestAge: declaredGauge(metrics, 'holdfast_verify_oldest_age_seconds'),
});
