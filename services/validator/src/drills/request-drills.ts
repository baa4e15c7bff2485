import { derivedRunId } from '@holdfast/runs';
import type { ValidatorDependencies } from '../dependencies.ts';
import { requestValidation } from '../validation/request-validation.ts';
import { loadCandidates } from './candidates.ts';
import { planDrills } from './plan-drills.ts';

/** Asks for the drills that are due, each once however many replicas look. Answers the files. */
export async function requestDueDrills(deps: ValidatorDependencies, now: Date): Promise<readonly string[]> {
  const { BACKUP_DRILL_EVERY: everyMs } = deps.settings;
  if (everyMs === 0) return [];
  const backups = await loadCandidates(deps);
  const asked: string[] = [];
  for (const { backup, occasion } of planDrills(backups, everyMs, now.getTime())) {
    const { database, filename } = backup;
    const run = derivedRunId(`drill:${occasion}`);
    if (await requestValidation(deps, { run, database, filename, level: 'restore' })) asked.push(filename);
  }
  return asked;
}
