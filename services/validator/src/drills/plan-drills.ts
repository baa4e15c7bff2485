export type DrillCandidate = {
  readonly name: string;
  readonly filename: string;
  readonly database: string;
  readonly run: string;
  readonly createdAtMs: number;
  /** Holds a part of its database: such a backup is never proven. */
  readonly isPartial: boolean;
  /** When it was last drilled, whatever the verdict; 0: never. */
  readonly drilledAtMs: number;
  readonly isProven: boolean;
};

export type PlannedDrill = {
  readonly backup: DrillCandidate;
  /** The same for all replicas until it is worth another try: part of the run's id. */
  readonly occasion: string;
};

/** A drill that could not be made is tried again after this at most. */
const AGAIN_MS = 86_400_000;

/**
 * The databases of which nothing was drilled for `everyMs`, each with its newest backup, which is the end of a chain; the
 * newest first. 0: none. A drill counts whatever its verdict: a bad one asks for a new backup, not for the same again.
 */
export function planDrills(
  backups: readonly DrillCandidate[],
  everyMs: number,
  nowMs: number,
): readonly PlannedDrill[] {
  if (everyMs === 0) return [];
  const databases = [...new Set(backups.map(({ database }) => database))];
  const due = databases.flatMap((database) => {
    const own = backups.filter((backup) => backup.database === database);
    const last = Math.max(...own.map(({ drilledAtMs }) => drilledAtMs));
    const newest = newestOf(own.filter(({ isPartial }) => !isPartial));
    return newest && last <= nowMs - everyMs ? [newest] : [];
  });
  const slot = Math.floor(nowMs / Math.min(everyMs, AGAIN_MS));
  return due
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
    .map((backup) => ({ backup, occasion: `${backup.run}:${slot}` }));
}

/** What a schedule's drill looks at: the newest backup that is not proven yet, else the newest. */
export function chooseForDrill(backups: readonly DrillCandidate[]): DrillCandidate | undefined {
  const whole = backups.filter(({ isPartial }) => !isPartial);
  return newestOf(whole.filter(({ isProven }) => !isProven)) ?? newestOf(whole) ?? newestOf(backups);
}

const newestOf = (backups: readonly DrillCandidate[]): DrillCandidate | undefined =>
  backups.toSorted((a, b) => b.createdAtMs - a.createdAtMs)[0];
