import type { RetentionPlan, RunId } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';
import { placeKey } from '../catalogue/entries.ts';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';
import { cutPlan } from '../plan/cut-plan.ts';

const MAX_NAMES = 1_000;

/** Tells what will go. Once for each run, database and place, however often it is called: the id follows from them. */
export async function tellPlanned(
  deps: RetentionDependencies,
  run: RunId,
  plan: RetentionPlan,
): Promise<void> {
  if (plan.remove.length === 0) return;
  const { database, destination } = plan;
  await deps.bus.publish(
    makeEvent('retention.cleanup.planned', {
      id: `${run}:planned:${database}:${placeKey(destination)}`,
      run,
      source: SOURCE,
      database,
      data: { ...cutPlan(plan, MAX_NAMES), keepCount: plan.keep.length, removeCount: plan.remove.length },
      correlationid: run,
    }),
  );
}
