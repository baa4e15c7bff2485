import type { Bucket, Bus, Entry } from '@holdfast/bus';
import {
  HoldfastError,
  isTerminal,
  runRecordSchema,
  type Envelope,
  type RunId,
  type RunKind,
  type RunRecord,
  type RunState,
} from '@holdfast/contracts';

export type RunEntry = Entry<RunRecord>;

export type RunFields = {
  readonly id: RunId;
  readonly kind: RunKind;
  readonly database?: string | undefined;
  readonly requestedAt?: Date;
  readonly correlation?: RunId | undefined;
};

/** The bucket `runs`: what every run is at, and the one place where it becomes terminal. */
export interface Runs {
  get(id: RunId): Promise<RunRecord | undefined>;
  entry(id: RunId): Promise<RunEntry | undefined>;
  /** Claims the id in state `requested`; idempotent: an existing record is returned as it is. */
  request(fields: RunFields): Promise<RunEntry>;
  /** One compare-and-set; undefined when somebody else changed the record meanwhile. */
  change(entry: RunEntry, fields: Partial<RunRecord>): Promise<RunEntry | undefined>;
  /**
   * The single terminal transition, before its event is published. The first one wins: the record that is returned
   * may carry another outcome than `outcome`.
   */
  finish(id: RunId, state: RunState, outcome: Envelope, fields?: Partial<RunRecord>): Promise<RunRecord>;
  /** Follows the record until it is terminal; `onChange` sees every state on the way. Aborting rejects. */
  watchUntilOver(id: RunId, signal: AbortSignal, onChange?: (record: RunRecord) => void): Promise<RunRecord>;
  /** Runs that are not over. */
  active(): Promise<readonly RunRecord[]>;
}

export async function openRuns(bus: Bus): Promise<Runs> {
  const bucket: Bucket<RunRecord> = await bus.bucket('runs', runRecordSchema);

  async function mustHave(id: RunId): Promise<RunEntry> {
    const entry = await bucket.get(id);
    if (!entry)
      throw new HoldfastError('run_not_found', `No run ${id} is known; list them with "backup-admin runs".`);
    return entry;
  }

  async function request(fields: RunFields): Promise<RunEntry> {
    const { id, kind, database, correlation } = fields;
    const record: RunRecord = {
      id,
      kind,
      state: 'requested',
      attempt: 0,
      failures: 0,
      requestedAt: (fields.requestedAt ?? new Date()).toISOString(),
      ...(database === undefined ? {} : { database }),
      ...(correlation === undefined ? {} : { correlation }),
    };
    return (await bucket.create(id, record)) ?? mustHave(id);
  }

  const change = (entry: RunEntry, fields: Partial<RunRecord>): Promise<RunEntry | undefined> =>
    bucket.update(entry.key, { ...entry.value, ...fields }, entry.revision);

  async function finish(
    id: RunId,
    state: RunState,
    outcome: Envelope,
    fields: Partial<RunRecord> = {},
  ): Promise<RunRecord> {
    for (;;) {
      const entry = await mustHave(id);
      if (isTerminal(entry.value.state)) return entry.value;
      const changed = await change(entry, { ...fields, state, outcome, endedAt: outcome.time });
      if (changed) return changed.value;
    }
  }

  async function watchUntilOver(
    id: RunId,
    signal: AbortSignal,
    onChange?: (record: RunRecord) => void,
  ): Promise<RunRecord> {
    const watching = new AbortController();
    for await (const entry of bucket.watch(id, AbortSignal.any([signal, watching.signal]))) {
      if (!entry.value) continue;
      onChange?.(entry.value);
      if (isTerminal(entry.value.state)) {
        watching.abort();
        return entry.value;
      }
    }
    signal.throwIfAborted();
    throw new HoldfastError(
      'bus_unavailable',
      `Lost sight of run ${id}: the bus ended the watch. Ask for the run again.`,
    );
  }

  return {
    get: async (id) => (await bucket.get(id))?.value,
    entry: (id) => bucket.get(id),
    request,
    change,
    finish,
    watchUntilOver,
    active: async () =>
      (await bucket.entries()).map((entry) => entry.value).filter((record) => !isTerminal(record.state)),
  };
}
