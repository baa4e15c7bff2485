import { HoldfastError, type Run, type RunId, type RunRecord } from '@holdfast/contracts';
import { validationRunId } from '@holdfast/runs';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Answer } from '../http/handler.ts';
import { viewRun } from './view-run.ts';

export const view = (record: RunRecord): Run => viewRun(record, validationRunId);

/** 202: the run, and where to look at it. */
export const accepted = (record: RunRecord): Answer<Run> => ({
  status: 202,
  body: view(record),
  headers: { location: `/api/v1/runs/${record.id}` },
});

const notFound = (run: RunId): HoldfastError =>
  new HoldfastError('run_not_found', `No run ${run} is known; "backup-admin runs" lists them.`);

/** The bucket knows the newest state; history knows what left the bucket long ago. */
export async function findRun(deps: GatewayDependencies, run: RunId): Promise<RunRecord> {
  const found = (await deps.runs.get(run)) ?? (await deps.history.findRun(run));
  if (!found) throw notFound(run);
  return found;
}

export async function mustBeKnown(deps: GatewayDependencies, run: RunId): Promise<RunRecord> {
  const record = await deps.runs.get(run);
  if (!record) throw notFound(run);
  return record;
}
