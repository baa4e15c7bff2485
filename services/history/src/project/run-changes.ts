import { runIdSchema, type Envelope, type Failure, type RunKind } from '@holdfast/contracts';
import type { RunChange } from '@holdfast/database';

type Stage<S extends RunChange['stage']> = Extract<RunChange, { readonly stage: S }>;
type Common = Pick<RunChange, 'run' | 'kind' | 'database' | 'correlation' | 'at' | 'sequence'>;

/** Which run the event is of. Pure, as all here. */
export const runOf = (kind: RunKind, envelope: Envelope, sequence: number): Common => ({
  run: envelope.subject,
  kind,
  database: envelope.database,
  correlation: runIdSchema.safeParse(envelope.correlationid).data,
  at: envelope.time,
  sequence,
});

export const asks = (
  run: Common,
  asked: Pick<Stage<'requested'>, 'trigger' | 'requestedBy' | 'description' | 'filename'>,
): RunChange => ({ ...run, stage: 'requested', ...asked });

export const begins = (
  run: Common,
  { attempt, worker, filename }: Pick<Stage<'started'>, 'attempt' | 'worker' | 'filename'>,
): RunChange => ({ ...run, stage: 'started', attempt, worker, filename });

export const triesAgain = (
  run: Common,
  { attempt, worker }: { readonly attempt: number; readonly worker: string },
): RunChange => ({ ...run, stage: 'attempt_failed', attempt, worker });

type Wish = { readonly by: string; readonly reason?: string | undefined };

export const wishesToCancel = (run: Common, { by, reason }: Wish): RunChange => ({
  ...run,
  stage: 'cancel_asked',
  by,
  reason,
});

export const completes = (
  run: Common,
  outcome: Envelope,
  made: Partial<Omit<Stage<'over'>, keyof Common | 'stage' | 'state' | 'outcome'>>,
): RunChange => ({ ...run, stage: 'over', state: 'completed', succeeded: true, outcome, ...made });

export const fails = (
  run: Common,
  outcome: Envelope,
  { attempts, error }: { readonly attempts: number; readonly error: Failure },
): RunChange => ({
  ...run,
  stage: 'over',
  state: 'failed',
  succeeded: false,
  outcome,
  attempt: attempts,
  error,
});

export function cancels(run: Common, outcome: Envelope, { by, reason }: Wish): RunChange {
  const why = reason === undefined ? '' : `: ${reason}`;
  const error: Failure = { code: 'cancelled', message: `The run was cancelled by ${by}${why}.` };
  return {
    ...run,
    stage: 'over',
    state: 'cancelled',
    succeeded: false,
    outcome,
    error,
    cancel: { by, reason },
  };
}
