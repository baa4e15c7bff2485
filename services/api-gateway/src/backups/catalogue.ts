import {
  failureOf,
  isForeign,
  type Backup,
  type DatabaseId,
  type Failure,
  type Foreign,
  type ForeignBackup,
  type Manifest,
  type Pin,
} from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import { isInForce } from '../retention/pin-store.ts';
import { mergeWorths, worthsOf, type Worth } from './worth.ts';

export type Catalogue = {
  /** Newest first. */
  readonly backups: readonly Backup[];
  /** Files that we did not make, newest first. */
  readonly foreign: readonly Foreign[];
  readonly problems: readonly { readonly key: string; readonly error: Failure }[];
  readonly historyAvailable: boolean;
};

/** What there is, from the manifests; what it is worth, from history, or from the bus while history is away. */
export async function readCatalogue(deps: GatewayDependencies, database?: DatabaseId): Promise<Catalogue> {
  const [{ entries, files }, worths, pins] = await Promise.all([
    deps.stored(database),
    readWorths(deps),
    readPins(deps),
  ]);
  const backups: Backup[] = [];
  const problems: { key: string; error: Failure }[] = [];
  for (const entry of entries) {
    if (entry.problem === undefined) {
      const { backup } = entry.manifest;
      backups.push({ ...backup, ...worths.of.get(backup.name), ...pins.get(backup.name) });
    }
    // What has no manifest is no backup, and may be one in the making.
    else if (entry.problem !== 'manifest_missing') {
      problems.push({ key: entry.key, error: { code: entry.problem, message: entry.detail } });
    }
  }
  const foreign = await withVerdicts(deps, files);
  return { backups, foreign, problems, historyAvailable: worths.fromHistory };
}

export async function withWorth(
  deps: GatewayDependencies,
  found: Manifest | ForeignBackup,
): Promise<Backup | Foreign> {
  if (!isForeign(found)) {
    const [worths, pins] = await Promise.all([readWorths(deps), readPins(deps)]);
    const { name } = found.backup;
    return { ...found.backup, ...worths.of.get(name), ...pins.get(name) };
  }
  const [file = found] = await withVerdicts(deps, [found]);
  return file;
}

/** History has rows for backups of ours alone; what validations said of other files, the bus remembers. */
async function withVerdicts(
  deps: GatewayDependencies,
  files: readonly ForeignBackup[],
): Promise<readonly Foreign[]> {
  if (files.length === 0) return [];
  const worths = await recentWorths(deps);
  return files.map((file) => {
    const lastValidation = worths?.get(file.filename)?.lastValidation;
    return lastValidation ? { ...file, lastValidation } : file;
  });
}

type Worths = { readonly of: ReadonlyMap<string, Worth>; readonly fromHistory: boolean };

export async function readWorths(deps: GatewayDependencies): Promise<Worths> {
  const known = await deps.history.worths();
  if (known?.isCurrent) return { of: known.of, fromHistory: true };
  const older = known?.of ?? new Map<string, Worth>();
  const recent = await recentWorths(deps);
  return { of: recent ? mergeWorths(older, recent) : older, fromHistory: known !== undefined };
}

/** Those in force, by a backup's name; while the bus is away they are not known, and nothing is removed either. */
async function readPins(deps: GatewayDependencies): Promise<ReadonlyMap<string, { readonly pin: Pin }>> {
  try {
    const now = deps.now();
    const inForce = (await deps.pins.entries()).filter(({ value }) => isInForce(value, now));
    return new Map(inForce.map(({ key, value }) => [key, { pin: value }]));
  } catch (error) {
    if (failureOf(error).code !== 'bus_unavailable') throw error;
    return new Map();
  }
}

/** undefined while the bus is away: storage is the truth of what exists, then only its worth is unknown. */
async function recentWorths(deps: GatewayDependencies): Promise<ReadonlyMap<string, Worth> | undefined> {
  try {
    return worthsOf(await deps.recentRuns());
  } catch (error) {
    if (failureOf(error).code !== 'bus_unavailable') throw error;
    return undefined;
  }
}
