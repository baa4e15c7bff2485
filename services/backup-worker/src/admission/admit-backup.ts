import { createHash } from 'node:crypto';
import type { RunRecord } from '@holdfast/contracts';
import type { DatabaseTarget } from '@holdfast/engine';
import type { Admission } from '@holdfast/runs';
import type { WorkerDependencies } from '../dependencies.ts';
import { planGates } from './plan-gates.ts';

/** Whether a backup may begin, over all workers. What has to wait is counted until it is looked at again. */
export async function admitBackup(deps: WorkerDependencies, run: RunRecord): Promise<Admission> {
  const database = deps.databases.find(({ id }) => id === run.database);
  const gates = planGates(database && serverOf(database), deps.settings);
  const admission = await deps.gateKeeper.admit(run, gates);
  if (admission.admitted) deps.measures.admitted(run);
  else deps.measures.waits(run, admission.delayMs);
  return admission;
}

/** Tells servers apart without saying where they are: keys of the bus are read by others. */
const serverOf = ({ target: { host, port } }: DatabaseTarget): string =>
  createHash('sha256').update(`${host.toLowerCase()}:${port}`).digest('hex').slice(0, 16);
