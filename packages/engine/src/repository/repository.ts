import {
  backupName,
  HoldfastError,
  MANIFEST_ENDING,
  parseBackupName,
  type BackupSummary,
  type BackupType,
  type DatabaseId,
  type Manifest,
  type RunId,
} from '@holdfast/contracts';
import { listBackups, type CatalogProblem, type Listing, type Remembered } from './list-backups.ts';
import { noKeys, type KeyRing } from '../keys/key-ring.ts';
import type { Storage } from '@holdfast/storage';
import { objectsNamedBy, objectsOf, rewrittenFor } from './objects-of.ts';
import { assertPlainName } from './plain-name.ts';
import type { ManifestObject } from './read-dump.ts';
import { manifestInForce, manifestKeyOf, manifestKeysOf, readManifestAt, revisionOf } from './revisions.ts';

export { manifestKeyOf } from './revisions.ts';

/** A backup in the repository, or something that looks like one and is not. */
export type CatalogEntry = { readonly manifest: Manifest; readonly problem?: undefined } | CatalogProblem;

export type ListFilter = { readonly database?: DatabaseId };

/** Another place with copies of the backups. */
export type CopyPlace = {
  /** What events and logs call it; never a URL. */
  readonly id: string;
  /** Its own repository, opened at first use; tried anew after a failure. */
  readonly open: () => Promise<Repository>;
};

/**
 * The backups at rest. Storage is the truth: everything here works with bus and history gone. A backup exists from
 * the moment its manifest does; on removal the manifest goes first.
 */
export interface Repository {
  readonly storage: Storage;
  readonly keys: KeyRing;
  /** Where copies go; of them, only `find` and the verbs that read know. */
  readonly copies: readonly CopyPlace[];
  /** Newest first; broken ones last, with what is wrong with them. */
  list(filter?: ListFilter): Promise<readonly CatalogEntry[]>;
  /** As `list`, of each backup its summary alone; in no order. What is remembered from `before` is not read again. */
  summarize(filter?: ListFilter, before?: Remembered<BackupSummary>): Promise<Listing<BackupSummary>>;
  /** By file name, name, alias or run. Throws backup_not_found, manifest_invalid, path_refused. */
  find(reference: string): Promise<Manifest>;
  ofRun(run: RunPlace): Promise<Manifest | undefined>;
  /** Of several revisions the one in force; `firstKey` is the first one's. Throws object_missing, manifest_invalid. */
  readManifest(firstKey: string): Promise<Manifest>;
  readData(manifest: Manifest, range?: { start: number; endExclusive?: number }): AsyncIterable<Uint8Array>;
  /**
   * Manifest first, then what it names. Idempotent. Answers the bytes that became free. Throws backup_needed, naming them,
   * while others build on it.
   */
  remove(manifest: Manifest): Promise<number>;
  /** Removes what attempts of a run left behind, all but what `keep` names. */
  tidy(run: RunPlace, keep: Manifest | undefined): Promise<void>;
}

/** What tells a run's objects apart; the same for each of its attempts. */
export type RunPlace = {
  readonly database: DatabaseId;
  readonly run: RunId;
  readonly requestedAt: Date;
  readonly type: BackupType;
};

export const placeOf = (
  place: RunPlace,
): { readonly name: string; readonly prefix: string; readonly manifestKey: string } => {
  const name = backupName(place.database, place.requestedAt, place.type, place.run);
  return {
    name,
    prefix: `${place.database}/${name}.`,
    manifestKey: `${place.database}/${name}${MANIFEST_ENDING}`,
  };
};

export function openRepository(storage: Storage, keys: KeyRing = noKeys): Repository {
  const inForce = async (firstKey: string): Promise<Manifest | undefined> =>
    (await manifestInForce(storage, firstKey))?.manifest;

  const list: Repository['list'] = async (filter) => {
    const { found, problems } = await listBackups(storage, prefixOf(filter), (manifest) => manifest);
    const entries = found.toSorted(newestFirst).map((manifest) => ({ manifest }));
    return [...entries, ...problems];
  };

  async function find(reference: string): Promise<Manifest> {
    assertPlainName(reference);
    const parsed = parseBackupName(reference);
    if (parsed) {
      const manifest = await inForce(manifestKeyOf(parsed));
      if (manifest) return manifest;
    }
    for (const { manifest } of await list()) {
      if (
        manifest &&
        [manifest.backup.alias, manifest.backup.run, manifest.backup.filename].includes(reference)
      )
        return manifest;
    }
    throw new HoldfastError(
      'backup_not_found',
      `No backup "${reference}" in ${storage.location}; "backup-admin list" shows what there is.`,
    );
  }

  async function tidy(run: RunPlace, keep: Manifest | undefined): Promise<void> {
    const { prefix, manifestKey } = placeOf(run);
    const manifests = keep ? await manifestKeysOf(storage, manifestKey) : [];
    const named = await objectsNamedBy(storage, manifests);
    const kept = new Set([...manifests, ...named.map(({ key }) => key), ...(keep ? ownKeys(keep) : [])]);
    if (!keep) await storage.remove(manifestKey);
    // What is written for a revision no attempt left behind: its manifest may come at any moment.
    const isKept = (key: string): boolean =>
      kept.has(key) || (keep !== undefined && (rewrittenFor(key) ?? revisionOf(key)) !== undefined);
    for await (const { key } of storage.list(prefix)) if (!isKept(key)) await storage.remove(key);
    for await (const { key } of storage.leftovers(prefix)) await storage.removeLeftover(key);
  }

  async function assertNotNeeded({ backup }: Manifest): Promise<void> {
    const dependents = (await list({ database: backup.database })).flatMap(({ manifest }) =>
      manifest?.ancestors.some(({ run }) => run === backup.run) ? [manifest.backup.filename] : [],
    );
    if (dependents.length === 0) return;
    const shown = dependents.slice(0, 5).join(', ');
    throw new HoldfastError(
      'backup_needed',
      `${dependents.length} backups build on ${backup.filename} (${shown}); delete them first, the newest before the others.`,
    );
  }

  /** All revisions, answering what they named. The lowest first: as long as any is there, so is the one in force. */
  async function removeManifests(firstKey: string): Promise<readonly ManifestObject[]> {
    const objects: ManifestObject[] = [];
    for (;;) {
      const keys = await manifestKeysOf(storage, firstKey);
      if (keys.length === 0) return objects;
      objects.push(...(await objectsNamedBy(storage, keys)));
      for (const key of keys.toReversed()) await storage.remove(key);
    }
  }

  return {
    storage,
    keys,
    copies: [],
    list,
    summarize: (filter, before) => listBackups(storage, prefixOf(filter), ({ backup }) => backup, before),
    find,
    readManifest: async (firstKey) => (await inForce(firstKey)) ?? readManifestAt(storage, firstKey),
    ofRun: async (run) => inForce(placeOf(run).manifestKey),
    readData: (manifest, range) => storage.get(manifest.data.key, range),
    remove: async (manifest) => {
      await assertNotNeeded(manifest);
      const { database, name } = manifest.backup;
      const objects: Pick<ManifestObject, 'key' | 'sizeBytes'>[] = [
        ...objectsOf(manifest),
        ...(await removeManifests(manifestKeyOf(manifest.backup))),
      ];
      for await (const object of storage.list(`${database}/${name}.`))
        if (rewrittenFor(object.key) !== undefined) objects.push(object);
      let freedBytes = 0;
      for (const object of objects) if (await storage.remove(object.key)) freedBytes += object.sizeBytes;
      return freedBytes;
    },
    tidy,
  };
}

const ownKeys = (manifest: Manifest): readonly string[] => objectsOf(manifest).map(({ key }) => key);
const prefixOf = (filter: ListFilter = {}): string =>
  filter.database === undefined ? '' : `${filter.database}/`;

const newestFirst = (a: Manifest, b: Manifest): number =>
  b.backup.createdAt.localeCompare(a.backup.createdAt);
