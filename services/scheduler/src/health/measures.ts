import { declaredGauge } from '@holdfast/service-frame';
import type { Metrics } from '@holdfast/service-kit';
import { overallOf, problemsOf } from './judge-health.ts';
import type { Check, Signs } from './signs.ts';

const RANK = { healthy: 0, warning: 1, critical: 2 } as const;

export type HealthMeasures = {
  told(signs: Signs, checks: readonly Check[]): void;
  /** Another replica watches now: what this one knew is old. */
  forget(): void;
};

/** The metrics of health. Only the replica that watches has values, so that a sum over all is right. */
export function openHealthMeasures(metrics: Metrics): HealthMeasures {
  const status = declaredGauge(metrics, 'holdfast_health_status');
  const problems = declaredGauge(metrics, 'holdfast_health_problems');
  const used = declaredGauge(metrics, 'holdfast_storage_used_bytes');
  const free = declaredGauge(metrics, 'holdfast_storage_free_bytes');
  const days = declaredGauge(metrics, 'holdfast_storage_days_until_full');
  const present = declaredGauge(metrics, 'holdfast_services_present');
  const pending = declaredGauge(metrics, 'holdfast_bus_consumer_pending');
  const letters = declaredGauge(metrics, 'holdfast_bus_dead_letters');
  const all = [status, problems, used, free, days, present, pending, letters];
  const forget = (): void => all.forEach((gauge) => gauge.reset());
  // A gauge without labels begins at 0, which would say that all is well before anybody looked.
  status.remove();
  letters.remove();
  return {
    forget: () => {
      forget();
      status.remove();
      letters.remove();
    },
    told: (signs, checks) => {
      forget();
      const found = problemsOf(checks);
      status.set(RANK[overallOf(found)]);
      for (const { check, severity } of found) problems.inc({ check, severity });
      for (const { destination, usedBytes, freeBytes, daysUntilFull } of signs.storage) {
        if (usedBytes !== undefined) used.set({ destination }, usedBytes);
        if (freeBytes !== undefined) free.set({ destination }, freeBytes);
        if (daysUntilFull !== undefined) days.set({ destination }, daysUntilFull);
      }
      for (const { service: name } of signs.services) present.inc({ name });
      for (const { durable, events } of signs.pending) pending.set({ durable }, events);
      letters.set(signs.deadLetters);
    },
  };
}
