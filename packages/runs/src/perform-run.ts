import { RetryLater, type Bus, type Lease, type Leases } from '@holdfast/bus';
import {
  failureOf,
  HoldfastError,
  isTerminal,
  type Envelope,
  type Failure,
  type RunId,
  type RunKind,
  type RunRecord,
  type RunState,
} from '@holdfast/contracts';
import type { Admission } from './admission/open-admission.ts';
import { decideStep, judgeAttempt } from './decide.ts';
import { patiently } from './patiently.ts';
import type { RunEntry, Runs } from './runs.ts';

/** The event that asks for the run, and what ends our part in it early (a drain). A Delivery is one. */
export type Asked = { readonly event: Envelope; readonly signal: AbortSignal };

type Outcome = {
  readonly state: Extract<RunState, 'completed' | 'failed' | 'cancelled'>;
  readonly event: Envelope;
};

export type Attempt = {
  readonly run: RunId;
  readonly attempt: number;
  readonly requestedAt: Date;
  /** Aborts on cancel, on drain; its reason is a HoldfastError `cancelled` or `shutting_down`. Not on a lost lease. */
  readonly signal: AbortSignal;
  /** To be called just before the commit: throws `run_already_over` when the run ended without this attempt. Waits out a bus outage. */
  readonly assertStillOpen: () => Promise<void>;
};

/** How one kind of run is done. The event makers give the run's own types, so the protocol needs to know none. */
export type RunDefinition = {
  readonly kind: RunKind;
  readonly maxRetries: number;
  readonly retryWaitMs: number;
  /** Whether an attempt may begin now; what it gives is released when the attempt ends. Absent: always. */
  readonly admit?: (record: RunRecord) => Promise<Admission>;
  /** The file name of the backup that the run reads; retention leaves that one alone while the run goes. */
  readonly reads?: () => Promise<string | undefined>;
  /** Does the work of one attempt and returns the event of success. */
  readonly work: (attempt: Attempt) => Promise<Envelope>;
  /** Looks whether an earlier attempt already committed, so that its result counts; undefined when none did. */
  readonly recover: (record: RunRecord) => Promise<Envelope | undefined>;
  /** Clears what dead attempts left behind, once the run is over. */
  readonly tidy: (record: RunRecord) => Promise<void>;
  readonly events: {
    /** Absent where a kind of run is too short to be worth telling. */
    readonly started?: (attempt: number) => Envelope;
    readonly attemptFailed?: (attempt: number, error: Failure, retryInMs: number) => Envelope;
    readonly failed: (attempts: number, error: Failure) => Envelope;
    readonly cancelled: (by: string, reason: string | undefined) => Envelope;
  };
};

export type RunDependencies = {
  readonly bus: Bus;
  readonly runs: Runs;
  readonly leases: Leases;
  /** This process, as lease holder and in events. */
  readonly worker: string;
  readonly onProblem: (error: unknown, doing: string) => void;
};

/**
 * Brings one run to exactly one outcome, whoever else tries to. Returns when the outcome is recorded and published;
 * throws RetryLater when the message should come back. Safe to call any number of times for the same request.
 */
export async function performRun(
  deps: RunDependencies,
  definition: RunDefinition,
  delivery: Asked,
): Promise<RunRecord> {
  const { runs, leases } = deps;
  const request = delivery.event;
  const id = request.subject;
  // The lease comes first, so that what is read of the record then is what it is.
  for (;;) {
    const lease = await leases.acquire(id, deps.worker);
    if (!lease) {
      const seen = await runs.get(id);
      if (seen && isTerminal(seen.state)) return republish(deps, seen);
      // Its holder lives: stand by, so that a takeover begins as soon as it does not.
      await standBy(deps, id, delivery.signal);
      continue;
    }
    try {
      const fields = {
        id,
        kind: definition.kind,
        database: request.database,
        requestedAt: new Date(request.time),
        correlation: request.correlationid,
      };
      const entry = (await runs.entry(id)) ?? (await runs.request(fields));
      const record = await performLeased(deps, definition, delivery, lease, entry);
      if (record) return record;
    } finally {
      await lease.release().catch((error: unknown) => deps.onProblem(error, 'releasing the lease'));
    }
  }
}

async function standBy(deps: RunDependencies, id: RunId, signal: AbortSignal): Promise<void> {
  const either = new AbortController();
  const bounded = AbortSignal.any([signal, either.signal]);
  try {
    await Promise.race([deps.leases.waitUntilFree(id, bounded), deps.runs.watchUntilOver(id, bounded)]);
  } finally {
    either.abort();
  }
}

/** Undefined: the record changed under us, look again. */
async function performLeased(
  deps: RunDependencies,
  definition: RunDefinition,
  delivery: Asked,
  lease: Lease,
  entry: RunEntry,
): Promise<RunRecord | undefined> {
  const { runs } = deps;
  const step = decideStep(
    entry.value,
    definition.maxRetries,
    Date.now() - Date.parse(entry.value.requestedAt),
  );
  if (step.step === 'republish') return republish(deps, entry.value);

  const committed = entry.value.attempt > 0 ? await definition.recover(entry.value) : undefined;
  if (committed)
    return conclude(deps, definition, entry.key, { state: 'completed', event: committed }, delivery.signal);
  if (step.step === 'cancel') {
    const event = definition.events.cancelled(step.by, step.reason);
    return conclude(deps, definition, entry.key, { state: 'cancelled', event }, delivery.signal);
  }
  if (step.step === 'give-up') {
    const event = definition.events.failed(entry.value.attempt, step.failure);
    return conclude(deps, definition, entry.key, { state: 'failed', event }, delivery.signal, {
      failures: step.failures,
    });
  }
  const admission = await definition.admit?.(entry.value);
  if (admission?.admitted === false) return wait(deps, entry, lease, step.failures, admission);
  const giveBack = async (): Promise<void> =>
    admission
      ?.release()
      .catch((error: unknown) => deps.onProblem(error, `giving back the place of run ${entry.key}`));
  try {
    const filename = await definition.reads?.();
    const begun = await runs.change(entry, {
      state: 'running',
      attempt: step.attempt,
      failures: step.failures,
      worker: deps.worker,
      waitingFor: undefined,
      startedAt: new Date().toISOString(),
      ...(filename === undefined ? {} : { filename }),
    });
    if (!begun) return undefined;
    if (definition.events.started) await deps.bus.publish(definition.events.started(step.attempt));
    return await attemptOnce(deps, definition, delivery, lease, begun, giveBack);
  } finally {
    await giveBack();
  }
}

/** Says in the record what the run waits for, and gives its message back: others are not kept waiting behind it. */
async function wait(
  deps: RunDependencies,
  entry: RunEntry,
  lease: Lease,
  failures: number,
  { waitingFor, delayMs }: Extract<Admission, { admitted: false }>,
): Promise<undefined> {
  const { value } = entry;
  if (value.state !== 'requested' || value.waitingFor !== waitingFor) {
    if (!(await deps.runs.change(entry, { state: 'requested', failures, waitingFor }))) return undefined;
  }
  await lease.release();
  throw new RetryLater(`Waits for ${waitingFor}.`, delayMs);
}

async function attemptOnce(
  deps: RunDependencies,
  definition: RunDefinition,
  delivery: Asked,
  lease: Lease,
  begun: RunEntry,
  giveBack: () => Promise<void>,
): Promise<RunRecord | undefined> {
  const { key: id, value: record } = begun;
  const stop = new AbortController();
  const watching = new AbortController();
  const drain = () =>
    stop.abort(new HoldfastError('shutting_down', 'The worker is draining; another takes the run over.'));
  if (delivery.signal.aborted) drain();
  delivery.signal.addEventListener('abort', drain, { once: true });
  const watch = watchForCancel(deps, id, watching.signal, stop);
  const attempt: Attempt = {
    run: id,
    attempt: record.attempt,
    requestedAt: new Date(record.requestedAt),
    signal: stop.signal,
    assertStillOpen: () => patiently(() => assertOpen(deps.runs, id), stop.signal),
  };
  try {
    const event = await definition.work(attempt);
    const outcome = { state: 'completed', event } as const;
    return await conclude(deps, definition, id, outcome, delivery.signal, {}, giveBack);
  } catch (error) {
    return await afterFailure(
      deps,
      definition,
      delivery,
      lease,
      record,
      stop.signal.aborted ? stop.signal.reason : error,
    );
  } finally {
    watching.abort();
    delivery.signal.removeEventListener('abort', drain);
    await watch;
  }
}

async function afterFailure(
  deps: RunDependencies,
  definition: RunDefinition,
  delivery: Asked,
  lease: Lease,
  record: RunRecord,
  error: unknown,
): Promise<RunRecord | undefined> {
  const failure = failureOf(error);
  const current = await patiently(() => deps.runs.entry(record.id), delivery.signal);
  if (current && isTerminal(current.value.state)) return republish(deps, current.value);
  // Somebody began a later attempt after our lease ran out: the run is theirs, our attempt is gone.
  if (!current || current.value.attempt !== record.attempt) return undefined;
  if (failure.code === 'shutting_down') {
    await deps.runs.change(current, { state: 'requested' });
    await lease.release();
    throw new RetryLater('The worker is draining.', 0);
  }
  if (failure.code === 'cancelled' && current.value.cancel) {
    const { by, reason } = current.value.cancel;
    return conclude(
      deps,
      definition,
      record.id,
      { state: 'cancelled', event: definition.events.cancelled(by, reason) },
      delivery.signal,
    );
  }
  if (failure.code === 'internal') deps.onProblem(error, `run ${record.id}, attempt ${record.attempt}`);
  const failures = current.value.failures + 1;
  const verdict = judgeAttempt(failure, failures, definition);
  if (verdict.verdict === 'fail') {
    const event = definition.events.failed(record.attempt, failure);
    return conclude(deps, definition, record.id, { state: 'failed', event }, delivery.signal, { failures });
  }
  if (!(await deps.runs.change(current, { state: 'requested', failures }))) return undefined;
  const told = definition.events.attemptFailed?.(record.attempt, failure, verdict.delayMs);
  if (told) await deps.bus.publish(told);
  await lease.release();
  throw new RetryLater(`Attempt ${record.attempt} failed: ${failure.message}`, verdict.delayMs);
}

/**
 * Records the outcome, then publishes it, then tidies. Whoever recorded first is published. `whenTold` comes
 * before the tidying: who asks for the next one at once finds the place free, and no event shows more than may go.
 */
async function conclude(
  deps: RunDependencies,
  definition: RunDefinition,
  id: RunId,
  outcome: Outcome,
  signal: AbortSignal,
  fields: Partial<RunRecord> = {},
  whenTold: () => Promise<void> = () => Promise.resolve(),
): Promise<RunRecord> {
  const record = await patiently(() => deps.runs.finish(id, outcome.state, outcome.event, fields), signal);
  await patiently(() => republish(deps, record), signal);
  await whenTold();
  await definition
    .tidy(record)
    .catch((error: unknown) => deps.onProblem(error, `clearing up after run ${id}`));
  return record;
}

async function republish(deps: RunDependencies, record: RunRecord): Promise<RunRecord> {
  if (record.outcome) await deps.bus.publish(record.outcome);
  return record;
}

async function assertOpen(runs: Runs, id: RunId): Promise<void> {
  const record = await runs.get(id);
  if (!record || isTerminal(record.state)) {
    throw new HoldfastError('run_already_over', `Run ${id} ended without this attempt; its file is dropped.`);
  }
  if (record.cancel) throw new HoldfastError('cancelled', `Run ${id} was cancelled by ${record.cancel.by}.`);
}

/** Never rejects: a watch that breaks costs the prompt stop, and the check before the commit still holds. */
async function watchForCancel(
  deps: RunDependencies,
  id: RunId,
  signal: AbortSignal,
  stop: AbortController,
): Promise<void> {
  const onChange = (record: RunRecord): void => {
    if (record.cancel)
      stop.abort(new HoldfastError('cancelled', `Run ${id} was cancelled by ${record.cancel.by}.`));
    else if (isTerminal(record.state))
      stop.abort(new HoldfastError('run_already_over', `Run ${id} ended elsewhere.`));
  };
  try {
    await deps.runs.watchUntilOver(id, signal, onChange);
  } catch (error) {
    if (!signal.aborted) deps.onProblem(error, `watching run ${id} for a cancel`);
  }
}
