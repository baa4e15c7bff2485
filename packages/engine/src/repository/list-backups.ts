import {
  failureOf,
  HoldfastError,
  MANIFEST_ENDING,
  parseBackupName,
  type Manifest,
} from '@holdfast/contracts';
import type { Storage, StoredObject } from '@holdfast/storage';
import { chooseInForce, groupManifests, readManifestAt } from './revisions.ts';

/** Something that looks like a backup and is not. */
export type CatalogProblem = {
  readonly manifest?: undefined;
  readonly key: string;
  readonly problem: 'manifest_invalid' | 'data_missing' | 'manifest_missing';
  readonly detail: string;
};

type Kept<T> = {
  /** Sizes and times of its manifests. */
  readonly looks: string;
  readonly dataKey: string;
  readonly value: T;
};

/** What is kept of the manifests that were read, by the key of the first revision. */
export type Remembered<T> = ReadonlyMap<string, Kept<T>>;

export type Listing<T> = {
  /** As their manifests are sorted. */
  readonly found: readonly T[];
  readonly problems: readonly CatalogProblem[];
  readonly remembered: Remembered<T>;
};

/** A bucket answers in tens of milliseconds, whether it is asked for one or for some. */
const READ_AT_ONCE = 16;

/**
 * Reads the manifests whose keys begin with `prefix`, and keeps of each what `keep` says. A manifest is never overwritten, so
 * those that look as they did `before` are not read again.
 */
export async function listBackups<T>(
  storage: Storage,
  prefix: string,
  keep: (manifest: Manifest) => T,
  before: Remembered<T> = new Map(),
): Promise<Listing<T>> {
  const objects = new Map<string, StoredObject>();
  for await (const object of storage.list(prefix)) objects.set(object.key, object);
  const found: T[] = [];
  const problems: CatalogProblem[] = [];
  const remembered = new Map<string, Kept<T>>();
  const groups = groupManifests(objects.keys());
  const unread: (readonly [firstKey: string, revisions: readonly string[]])[] = [];
  for (const group of groups) {
    const [firstKey, revisions] = group;
    const kept = before.get(firstKey);
    if (kept && kept.looks === looksOf(revisions, objects) && objects.has(kept.dataKey))
      remembered.set(firstKey, kept);
    else unread.push(group);
  }
  for (let first = 0; first < unread.length; first += READ_AT_ONCE) {
    const some = unread.slice(first, first + READ_AT_ONCE);
    const read = await Promise.all(some.map(([, revisions]) => readOne(storage, revisions, objects)));
    for (const [index, [firstKey, revisions]] of some.entries()) {
      const entry = read[index];
      if (!entry) continue;
      if (!entry.manifest) problems.push(entry);
      else {
        const { manifest } = entry;
        const looks = looksOf(revisions, objects);
        remembered.set(firstKey, { looks, dataKey: manifest.data.key, value: keep(manifest) });
      }
    }
  }
  for (const firstKey of groups.keys()) {
    const kept = remembered.get(firstKey);
    if (kept) found.push(kept.value);
  }
  return { found, problems: [...problems, ...withoutManifest(objects, groups)], remembered };
}

const looksOf = (revisions: readonly string[], objects: ReadonlyMap<string, StoredObject>): string =>
  revisions
    .map((key) => {
      const { sizeBytes, modifiedAt } = objects.get(key) ?? {};
      return `${sizeBytes}@${modifiedAt?.getTime()}`;
    })
    .join();

type Read = { readonly manifest: Manifest } | CatalogProblem;

/** Undefined: removed since it was listed. */
async function readOne(
  storage: Storage,
  revisions: readonly string[],
  objects: ReadonlyMap<string, StoredObject>,
): Promise<Read | undefined> {
  const [key = ''] = revisions;
  try {
    const read = (each: string): Promise<Manifest> => readManifestAt(storage, each);
    const manifest = (await chooseInForce(revisions, read, (each) => objects.has(each)))?.manifest;
    if (manifest && objects.has(manifest.data.key)) return { manifest };
    const detail = `the manifest names ${manifest?.data.key}, which is not there`;
    return { key, problem: 'data_missing', detail };
  } catch (error) {
    if (failureOf(error).code === 'object_missing') return undefined;
    if (!(error instanceof HoldfastError)) throw error;
    return { key, problem: 'manifest_invalid', detail: error.message };
  }
}

function* withoutManifest(
  objects: ReadonlyMap<string, StoredObject>,
  groups: ReadonlyMap<string, unknown>,
): Generator<CatalogProblem> {
  const detail = 'a data file without its manifest: an attempt that never committed, or a lost manifest';
  for (const key of objects.keys()) {
    const stem = parseBackupName(key.slice(key.lastIndexOf('/') + 1));
    if (stem && !groups.has(`${stem.database}/${stem.name}${MANIFEST_ENDING}`))
      yield { key, problem: 'manifest_missing', detail };
  }
}
