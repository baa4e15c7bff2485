import { isTerminal, type Envelope, type RunId, type RunKind, type RunRecord } from '@holdfast/contracts';
import type { RunDependencies } from './perform-run.ts';

export type CancelRequest = {
  readonly run: RunId;
  readonly kind: RunKind;
  readonly database?: string | undefined;
  readonly by: string;
  readonly reason?: string | undefined;
};

/**
 * Marks the run; the worker that has it stops when it sees the mark. A run that nobody has begun ends here.
 * Idempotent; a run that is over stays as it is.
 */
export async function cancelRun(
  deps: Pick<RunDependencies, 'runs' | 'leases' | 'bus' | 'worker'>,
  request: CancelRequest,
  cancelled: (by: string, reason: string | undefined) => Envelope,
): Promise<RunRecord> {
  for (;;) {
    const entry = await deps.runs.request({
      id: request.run,
      kind: request.kind,
      database: request.database,
    });
    if (isTerminal(entry.value.state)) return entry.value;
    const cancel = { by: request.by, ...(request.reason === undefined ? {} : { reason: request.reason }) };
    const marked = entry.value.cancel ? entry : await deps.runs.change(entry, { cancel });
    if (!marked) continue;
    if (marked.value.state === 'running') return marked.value;
    const record = await deps.runs.finish(request.run, 'cancelled', cancelled(request.by, request.reason));
    if (record.outcome) await deps.bus.publish(record.outcome);
    return record;
  }
}
