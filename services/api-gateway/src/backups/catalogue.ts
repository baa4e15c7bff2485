import {
  failureOf,
  isForeign,
  type Backup,
  type BackupSummary,
  type DatabaseId,
  type Failure,
  type Foreign,
  type ForeignBackup,
  type Manifest,
  type Pin,
} from '@holdfast/contracts';
import type { Listing } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import { descending, type Place } from '../http/page.ts';
import { isInForce } from '../retention/pin-store.ts';
import type { Worth } from './worth.ts';
import { readWorths, recentWorths, type Worths } from './worths-known.ts';

/** A backup with its worth; pins and copies are asked for apart. */
export type KnownBackup = BackupSummary & Worth;

/** What there is. Never changed: what happens makes another. */
export type Catalogue = {
  /** Newest first. */
  readonly backups: readonly KnownBackup[];
  /** Files that we did not make, newest first. */
  readonly foreign: readonly Foreign[];
  readonly problems: readonly { readonly key: string; readonly error: Failure }[];
  readonly historyAvailable: boolean;
};

export const byAge = (a: KnownBackup, b: KnownBackup): number => descending(placeOf(a), placeOf(b));
export const placeOf = ({ createdAt, name }: KnownBackup): Place => [createdAt, name];

export type Stored = Pick<Listing<BackupSummary>, 'found' | 'problems'> & {
  readonly files: readonly ForeignBackup[];
};

/** What the storage holds, and what it is worth. `said`: what validations said of files that are not ours. Pure. */
export function catalogueOf(
  { found, problems, files }: Stored,
  worths: Worths,
  said: ReadonlyMap<string, Worth>,
): Catalogue {
  return {
    // Storage does not tell two of one time apart; pages have to.
    backups: found.map((backup) => ({ ...backup, ...worths.of.get(backup.name) })).sort(byAge),
    foreign: files.map((file) => withVerdict(file, said)),
    // What has no manifest is no backup, and may be one in the making.
    problems: problems.flatMap(({ key, problem: code, detail: message }) =>
      code === 'manifest_missing' ? [] : [{ key, error: { code, message } }],
    ),
    historyAvailable: worths.fromHistory,
  };
}

const withVerdict = (file: ForeignBackup, said: ReadonlyMap<string, Worth>): Foreign => {
  const lastValidation = said.get(file.filename)?.lastValidation;
  return lastValidation ? { ...file, lastValidation } : file;
};

/** One database's part. Pure. */
export function partOf(catalogue: Catalogue, database: DatabaseId): Catalogue {
  const isIts = (each: { readonly database?: string | undefined }): boolean => each.database === database;
  return {
    backups: catalogue.backups.filter(isIts),
    foreign: catalogue.foreign.filter(isIts),
    problems: catalogue.problems.filter(({ key }) => key.startsWith(`${database}/`)),
    historyAvailable: catalogue.historyAvailable,
  };
}

export async function withWorth(
  deps: GatewayDependencies,
  found: Manifest | ForeignBackup,
): Promise<Backup | Foreign> {
  if (isForeign(found)) return withVerdict(found, (await recentWorths(deps)) ?? new Map<string, Worth>());
  const { backup } = found;
  const [known = backup] = await viewBackups(deps, [
    { ...backup, ...(await readWorths(deps)).of.get(backup.name) },
  ]);
  return known;
}

/** As people see them: with the pins in force, and with their copies. */
export async function viewBackups(
  deps: Pick<GatewayDependencies, 'pins' | 'copies' | 'now'>,
  backups: readonly KnownBackup[],
): Promise<readonly Backup[]> {
  const pins = await readPins(deps);
  return backups.map((backup) => {
    const pin = pins.get(backup.name);
    const copies = deps.copies.of(backup.name);
    return { ...backup, ...(pin ? { pin } : {}), ...(copies ? { copies: [...copies] } : {}) };
  });
}

/** None while the bus is away: then they are not known, and nothing is removed either. */
async function readPins({
  pins,
  now,
}: Pick<GatewayDependencies, 'pins' | 'now'>): Promise<ReadonlyMap<string, Pin>> {
  try {
    const at = now();
    const inForce = (await pins.entries()).filter(({ value }) => isInForce(value, at));
    return new Map(inForce.map(({ key, value }) => [key, value]));
  } catch (error) {
    if (failureOf(error).code !== 'bus_unavailable') throw error;
    return new Map();
  }
}
