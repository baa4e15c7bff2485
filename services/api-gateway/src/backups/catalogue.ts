import { failureOf, type Backup, type DatabaseId, type Failure, type Manifest } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import { mergeWorths, worthsOf, type Worth } from './worth.ts';

export type Catalogue = {
  /** Newest first. */
  readonly backups: readonly Backup[];
  readonly problems: readonly { readonly key: string; readonly error: Failure }[];
  readonly historyAvailable: boolean;
};

/** What there is, from the manifests; what it is worth, from history, or from the bus while history is away. */
export async function readCatalogue(deps: GatewayDependencies, database?: DatabaseId): Promise<Catalogue> {
  const [entries, worths] = await Promise.all([
    deps.repository.list(database === undefined ? {} : { database }),
    readWorths(deps),
  ]);
  const backups: Backup[] = [];
  const problems: { key: string; error: Failure }[] = [];
  for (const entry of entries) {
    if (entry.problem === undefined)
      backups.push({ ...entry.manifest.backup, ...worths.of.get(entry.manifest.backup.name) });
    // What has no manifest is no backup, and may be one in the making.
    else if (entry.problem !== 'manifest_missing') {
      problems.push({ key: entry.key, error: { code: entry.problem, message: entry.detail } });
    }
  }
  return { backups, problems, historyAvailable: worths.fromHistory };
}

export async function withWorth(deps: GatewayDependencies, manifest: Manifest): Promise<Backup> {
  return { ...manifest.backup, ...(await readWorths(deps)).of.get(manifest.backup.name) };
}

type Worths = { readonly of: ReadonlyMap<string, Worth>; readonly fromHistory: boolean };

async function readWorths(deps: GatewayDependencies): Promise<Worths> {
  const known = await deps.history.worths();
  if (known?.isCurrent) return { of: known.of, fromHistory: true };
  const older = known?.of ?? new Map<string, Worth>();
  try {
    const of = mergeWorths(older, worthsOf(await deps.recentRuns()));
    return { of, fromHistory: known !== undefined };
  } catch (error) {
    // Storage is the truth of what exists; without history and bus only its worth is unknown.
    if (failureOf(error).code !== 'bus_unavailable') throw error;
    return { of: older, fromHistory: known !== undefined };
  }
}
