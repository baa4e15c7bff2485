import type { BackupFacts } from './facts.ts';
import { lineage } from './lineage.ts';

/** Whether no good, whole backup would be left without it. A backup that is not good itself is never the last good one. */
export function isLastGood(backups: readonly BackupFacts[], name: string): boolean {
  const good = lineage(backups).filter(({ isGood, facts }) => isGood && facts.part === undefined);
  return good.length === 1 && good[0]?.facts.name === name;
}
