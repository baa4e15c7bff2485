import { HoldfastError, isTerminal, type Run, type RunId, type RunRecord } from '@holdfast/contracts';
import { makeEvent, validationRunId } from '@holdfast/runs';
import { SOURCE, type GatewayDependencies } from '../dependencies.ts';
import { ok, type Answer, type Handlers } from '../http/handler.ts';
import { pageRuns } from './page-runs.ts';
import { progressStream } from './progress-stream.ts';
import { viewRun } from './view-run.ts';

export const view = (record: RunRecord): Run => viewRun(record, validationRunId);

/** 202: the run, and where to look at it. */
export const accepted = (record: RunRecord): Answer<Run> => ({
  status: 202,
  body: view(record),
  headers: { location: `/api/v1/runs/${record.id}` },
});

export const runHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'listRuns' | 'getRun' | 'cancelRun' | 'watchRunProgress'> => ({
  listRuns: async ({ query }) => {
    const { runs, nextCursor } =
      (await deps.history.listRuns(query)) ?? pageRuns(await deps.recentRuns(), query);
    return ok({ runs: runs.map(view), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
  getRun: async ({ params: { run } }) => ok(await findRun(deps, run)),
  cancelRun: async ({ params: { run }, body: { reason } }, { caller }) => {
    const record = await mustBeKnown(deps, run);
    await cancel(deps, record, caller.name, reason);
    return accepted((await deps.runs.get(run)) ?? record);
  },
  watchRunProgress: async ({ params: { run } }) => {
    await mustBeKnown(deps, run);
    return {
      status: 200,
      stream: progressStream(deps, run, view),
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    };
  },
});

const notFound = (run: RunId): HoldfastError =>
  new HoldfastError('run_not_found', `No run ${run} is known; "backup-admin runs" lists them.`);

/** The bucket knows the newest state; history knows what left the bucket long ago. */
async function findRun(deps: GatewayDependencies, run: RunId): Promise<Run> {
  const found = (await deps.runs.get(run)) ?? (await deps.history.findRun(run));
  if (!found) throw notFound(run);
  return view(found);
}

export async function mustBeKnown(deps: GatewayDependencies, run: RunId): Promise<RunRecord> {
  const record = await deps.runs.get(run);
  if (!record) throw notFound(run);
  return record;
}

async function cancel(
  deps: GatewayDependencies,
  record: RunRecord,
  by: string,
  reason: string | undefined,
): Promise<void> {
  if (isTerminal(record.state)) {
    throw new HoldfastError('run_already_over', `Run ${record.id} has already ended: ${record.state}.`);
  }
  const data = { by, ...(reason === undefined ? {} : { reason }) };
  switch (record.kind) {
    case 'backup':
    case 'restore':
    case 'undo': {
      const type = record.kind === 'backup' ? 'backup.cancel_requested' : 'restore.cancel_requested';
      const { id: run, database, correlation: correlationid } = record;
      await deps.bus.publish(makeEvent(type, { run, source: SOURCE, database, data, correlationid }));
      return;
    }
    case 'validation':
    case 'copy':
    case 'cleanup':
      return markForCancel(deps, record.id, data);
    case 'removal':
      throw new HoldfastError('invalid_request', 'A removal cannot be cancelled: it is over in a moment.');
    default:
      return record.kind satisfies never;
  }
}

/** No event asks for the end of these: whoever does them watches the mark in the record. */
async function markForCancel(
  deps: GatewayDependencies,
  run: RunId,
  cancel: { by: string; reason?: string },
): Promise<void> {
  for (;;) {
    const entry = await deps.runs.entry(run);
    if (!entry || isTerminal(entry.value.state)) {
      throw new HoldfastError('run_already_over', `Run ${run} has already ended.`);
    }
    if (entry.value.cancel || (await deps.runs.change(entry, { cancel }))) return;
  }
}
