import type { Verification } from '@holdfast/contracts';

export type StoredBackup = {
  readonly name: string;
  readonly createdAt: string;
  /** Of all that it has stored. */
  readonly sizeBytes: number;
};

export type VerificationPlan = {
  /** What is to be read now, in this order. */
  readonly due: readonly string[];
  /** Of the backup that waits longest: since it was verified, or made. Undefined: there is none. */
  readonly oldestAgeMs: number | undefined;
  /** Bytes a second that it takes to read everything once in a cycle. */
  readonly neededBytesPerSecond: number;
};

/** Read again somewhat early, so that it is done when the cycle is over. */
const EARLY = 0.9;

/**
 * What was never read goes first, the newest before the others: it is what a restore would take. Then what waits longest, so
 * that nothing is left out when the rate is too low.
 */
export function planVerification(
  backups: readonly StoredBackup[],
  verifications: ReadonlyMap<string, Pick<Verification, 'verifiedAt'>>,
  cycleMs: number,
  now: Date,
): VerificationPlan {
  const totalBytes = backups.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const seen = backups.map((backup) => ({
    ...backup,
    verifiedAt: verifications.get(backup.name)?.verifiedAt,
  }));
  const dueBefore = now.getTime() - cycleMs * EARLY;
  const never = seen
    .filter(({ verifiedAt }) => verifiedAt === undefined)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  const again = seen
    .filter(({ verifiedAt }) => verifiedAt !== undefined && Date.parse(verifiedAt) <= dueBefore)
    .toSorted((a, b) => Date.parse(a.verifiedAt ?? '') - Date.parse(b.verifiedAt ?? ''));
  const ages = seen.map(({ verifiedAt, createdAt }) => now.getTime() - Date.parse(verifiedAt ?? createdAt));
  return {
    due: cycleMs === 0 ? [] : [...never, ...again].map(({ name }) => name),
    oldestAgeMs: ages.length === 0 ? undefined : Math.max(0, ...ages),
    neededBytesPerSecond: cycleMs === 0 ? 0 : Math.ceil(totalBytes / (cycleMs / 1_000)),
  };
}
