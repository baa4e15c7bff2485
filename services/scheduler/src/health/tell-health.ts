import type { Bucket, Bus } from '@holdfast/bus';
import { CURRENT_HEALTH, healthStateSchema, type HealthState } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';
import { judgeChange, overallOf, problemsOf } from './judge-health.ts';
import type { Check, StorageSign } from './signs.ts';

export type TellHealth = (
  checks: readonly Check[],
  storage: readonly StorageSign[],
  now: Date,
) => Promise<HealthState>;

/** Keeps `current` up to date, and publishes `health.changed` where what is wrong changed. */
export async function openTellHealth(bus: Bus, source: string): Promise<TellHealth> {
  const bucket: Bucket<HealthState> = await bus.bucket('health', healthStateSchema);
  return async (checks, storage, now) => {
    const entry = await bucket.get(CURRENT_HEALTH);
    const problems = problemsOf(checks);
    const change = judgeChange(entry?.value, problems);
    const at = now.toISOString();
    const overall = overallOf(problems);
    if (change) {
      await bus.publish(
        makeEvent('health.changed', {
          run: 'health',
          // Told before it is stored: who comes to tell the same after a crash finds it told.
          id: `health:${entry?.revision ?? 0}`,
          source,
          time: now,
          data: { ...change, problems: [...change.problems], resolved: [...change.resolved] },
        }),
      );
    }
    const state: HealthState = {
      overall,
      since: entry?.value.overall === overall ? entry.value.since : at,
      at,
      problems: [...problems],
      checks: [...checks],
      storage: storage.map(({ level: _level, failure: _failure, ...figures }) => figures),
    };
    if (entry) await bucket.update(CURRENT_HEALTH, state, entry.revision);
    else await bucket.create(CURRENT_HEALTH, state);
    return state;
  };
}
