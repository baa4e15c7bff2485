import type { BackupFacts } from '@holdfast/retention-policy';

/** Of a place of copies: what the primary place keeps stays, as it would be copied again. Undefined: it is the primary one. */
export const leaveToPrimary = (
  backups: readonly BackupFacts[],
  keptAtPrimary: ReadonlySet<string> | undefined,
): readonly BackupFacts[] =>
  keptAtPrimary === undefined
    ? backups
    : backups.map((facts) =>
        keptAtPrimary.has(facts.name) && facts.inUse === undefined
          ? { ...facts, inUse: 'the primary place keeps it' }
          : facts,
      );

/**
 * For a plan that was announced and is carried out after its grace: what was made since takes no part in it, but for keeping
 * what it builds on.
 */
export function leaveOutNewer(
  backups: readonly BackupFacts[],
  at: { toISOString(): string } | undefined,
): readonly BackupFacts[] {
  if (at === undefined) return backups;
  const isNewer = ({ createdAt }: BackupFacts): boolean => createdAt > at.toISOString();
  const needed = new Set(backups.filter(isNewer).flatMap(({ ancestors }) => ancestors));
  return backups
    .filter((facts) => !isNewer(facts))
    .map((facts) =>
      needed.has(facts.name) && facts.inUse === undefined
        ? { ...facts, inUse: 'a newer backup builds on it' }
        : facts,
    );
}
