import { makeEvent } from '@holdfast/runs';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';
import type { PlacePlan } from '../plan/make-plans.ts';

/** Warns of limits that protected backups break: once a day for each database and place, as the event's id says. */
export async function warnUnmet(deps: RetentionDependencies, plans: readonly PlacePlan[]): Promise<void> {
  const day = deps.now().toISOString().slice(0, 10);
  for (const { place, plan } of plans) {
    if (plan.unmet.length === 0) continue;
    const { database } = plan;
    const message = `The retention policy of ${database} cannot be met at ${place.label}: ${plan.unmet.join('; ')}. Unpin what is not needed, or allow more.`;
    await deps.bus.publish(
      makeEvent('health.storage.warning', {
        id: `retention.unmet:${database}:${place.label}:${day}`,
        run: place.label,
        source: SOURCE,
        database,
        data: { destination: place.label, severity: 'warning', message },
      }),
    );
  }
}
