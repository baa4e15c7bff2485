import { HoldfastError, isTerminal, type RunId, type RunRecord } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';
import { SOURCE, type GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { accepted, findRun, mustBeKnown, view } from './known-run.ts';
import { pageRuns } from './page-runs.ts';
import { askAgain } from './ask-again.ts';
import { progressStream } from './progress-stream.ts';
import { readLog } from './read-log.ts';

export const runHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'listRuns' | 'getRun' | 'cancelRun' | 'retryRun' | 'getRunLog' | 'watchRunProgress'> => ({
  listRuns: async ({ query }) => {
    const { runs, nextCursor } =
      (await deps.history.listRuns(query)) ?? pageRuns(await deps.recentRuns(), query);
    return ok({ runs: runs.map(view), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
  getRun: async ({ params: { run } }) => ok(view(await findRun(deps, run))),
  cancelRun: async ({ params: { run }, body: { reason } }, { caller }) => {
    const record = await mustBeKnown(deps, run);
    await cancel(deps, record, caller.name, reason);
    return accepted((await deps.runs.get(run)) ?? record);
  },
  retryRun: async ({ params: { run } }, context) =>
    accepted(await askAgain(deps, context, await findRun(deps, run))),
  getRunLog: async ({ params: { run } }) => {
    const { events, isWhole } = await readLog(deps, await findRun(deps, run));
    return ok({ events: [...events], isWhole });
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
