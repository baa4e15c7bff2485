import type { RunKind, RunRecord, RunState } from '@holdfast/contracts';

export type RunFilter = {
  readonly kind?: RunKind | undefined;
  readonly state?: RunState | undefined;
  readonly database?: string | undefined;
  readonly limit: number;
  /** The last id of the page before. */
  readonly cursor?: string | undefined;
};

export type RunPage<R> = { readonly runs: readonly R[]; readonly nextCursor?: string };

/** One page of records that come newest first. A cursor that has left the list begins anew behind its time. Pure. */
export function pageRuns(records: readonly RunRecord[], filter: RunFilter): RunPage<RunRecord> {
  const matching = records.filter(
    (record) =>
      (filter.kind === undefined || record.kind === filter.kind) &&
      (filter.state === undefined || record.state === filter.state) &&
      (filter.database === undefined || record.database === filter.database),
  );
  const begin =
    filter.cursor === undefined ? 0 : matching.findIndex((record) => record.id === filter.cursor) + 1;
  const runs = matching.slice(begin, begin + filter.limit);
  const last = runs.at(-1);
  return last && begin + filter.limit < matching.length ? { runs, nextCursor: last.id } : { runs };
}
