export type StoredBackup = {
  readonly name: string;
  readonly createdAtMs: number;
  /** When every byte of it was last read. */
  readonly verifiedAtMs: number | undefined;
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
  cycleMs: number,
  nowMs: number,
): VerificationPlan {
  const totalBytes = backups.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const dueBeforeMs = nowMs - cycleMs * EARLY;
  const never = backups
    .filter(({ verifiedAtMs }) => verifiedAtMs === undefined)
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  const again = backups
    .flatMap(({ name, verifiedAtMs }) =>
      verifiedAtMs !== undefined && verifiedAtMs <= dueBeforeMs ? [{ name, verifiedAtMs }] : [],
    )
    .toSorted((a, b) => a.verifiedAtMs - b.verifiedAtMs);
  const agesMs = backups.map(({ verifiedAtMs, createdAtMs }) => nowMs - (verifiedAtMs ?? createdAtMs));
  return {
    due: cycleMs === 0 ? [] : [...never, ...again].map(({ name }) => name),
    oldestAgeMs: agesMs.length === 0 ? undefined : Math.max(0, ...agesMs),
    neededBytesPerSecond: cycleMs === 0 ? 0 : Math.ceil(totalBytes / (cycleMs / 1_000)),
  };
}
