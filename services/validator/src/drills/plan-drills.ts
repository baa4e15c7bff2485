import type { Verification } from '@holdfast/contracts';

export type DrillCandidate = {
  readonly name: string;
  readonly filename: string;
  readonly database: string;
  readonly run: string;
  readonly createdAt: string;
  /** Holds a part of its database: such a backup is never proven. */
  readonly isPartial: boolean;
};
export type Known = ReadonlyMap<string, Pick<Verification, 'lastValidation' | 'provenAt'>>;

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
  known: Known,
  everyMs: number,
  now: Date,
): readonly PlannedDrill[] {
  if (everyMs === 0) return [];
  const databases = [...new Set(backups.map(({ database }) => database))];
  const due = databases.flatMap((database) => {
    const own = backups.filter((backup) => backup.database === database);
    const drilledAt = own.map(({ name }) => drilledAtOf(known.get(name)));
    const last = Math.max(0, ...drilledAt);
    const newest = newestOf(own.filter(({ isPartial }) => !isPartial));
    return newest && last <= now.getTime() - everyMs ? [newest] : [];
  });
  const slot = Math.floor(now.getTime() / Math.min(everyMs, AGAIN_MS));
  return due
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    .map((backup) => ({ backup, occasion: `${backup.run}:${slot}` }));
}

/** What a schedule's drill looks at: the newest backup that is not proven yet, else the newest. */
export function chooseForDrill(backups: readonly DrillCandidate[], known: Known): DrillCandidate | undefined {
  const whole = backups.filter(({ isPartial }) => !isPartial);
  const unproven = whole.filter(({ name }) => known.get(name)?.provenAt === undefined);
  return newestOf(unproven) ?? newestOf(whole) ?? newestOf(backups);
}

const newestOf = (backups: readonly DrillCandidate[]): DrillCandidate | undefined =>
  backups.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];

function drilledAtOf(of: Pick<Verification, 'lastValidation' | 'provenAt'> | undefined): number {
  const last = of?.lastValidation?.level === 'restore' ? Date.parse(of.lastValidation.at) : 0;
  return Math.max(last, of?.provenAt === undefined ? 0 : Date.parse(of.provenAt));
}
