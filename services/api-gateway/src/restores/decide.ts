import type { Run } from '@holdfast/contracts';

/** Whether what a swap kept is past its time. */
export type IsPast = (timestamp: string) => boolean;

/** Why a run cannot be undone, in one sentence; undefined when it can. */
export function judgeUndo(run: Run, isPast: IsPast): string | undefined {
  if (run.kind !== 'restore') return `Run ${run.id} is a ${run.kind}; only a restore can be undone.`;
  if (run.state !== 'completed' || !run.restore) {
    return `Restore ${run.id} is ${run.state}; only a completed one can be undone.`;
  }
  const { mode, previousDatabaseName, keptUntil, safetyBackup } = run.restore;
  const otherwise = safetyBackup === undefined ? '' : ` Restore its safety backup instead: ${safetyBackup}.`;
  if (mode !== 'swap' || previousDatabaseName === undefined) {
    return `Restore ${run.id} (mode ${mode}) kept nothing that it could be undone with.${otherwise}`;
  }
  if (keptUntil !== undefined && isPast(keptUntil)) {
    return `What restore ${run.id} replaced was kept until ${keptUntil} only.${otherwise}`;
  }
  return undefined;
}
