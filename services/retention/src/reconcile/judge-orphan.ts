import type { RunRecord } from '@holdfast/contracts';
import type { Orphan } from '@holdfast/engine';

export type OrphanFacts = {
  readonly nowMs: number;
  readonly graceMs: number;
  /** Runs that are not over. */
  readonly active: readonly Pick<RunRecord, 'id' | 'kind' | 'database'>[];
  /** Names of backups that are known to have been made: data of theirs is what is left of a backup whose manifest is lost. */
  readonly known: ReadonlySet<string>;
};

/** Whether it may go: old enough, no run writes it, and it is not all that is left of a backup. */
export function judgeOrphan(
  { modifiedAt, backup, kind }: Orphan,
  { nowMs, graceMs, active, known }: OrphanFacts,
): 'young' | 'being-written' | 'lost-manifest' | 'remove' {
  if (nowMs - modifiedAt.getTime() < graceMs) return 'young';
  if (!backup) return 'remove';
  const writes = active.some(
    (run) =>
      // A copy's run has another id than what it copies.
      (run.kind === 'copy' && run.database === backup.database) || run.id.slice(-8) === backup.name.slice(-8),
  );
  if (writes) return 'being-written';
  return kind === 'data' && known.has(backup.name) ? 'lost-manifest' : 'remove';
}
