import { parseBackupName, type Manifest, type ParsedName } from '@holdfast/contracts';
import type { Storage, StoredObject } from '@holdfast/storage';
import { noteKeyOf } from '../foreign/upload-note.ts';
import { objectsNamedBy, objectsOf, rewrittenFor } from '../repository/objects-of.ts';
import type { CatalogEntry, Repository } from '../repository/repository.ts';
import { groupManifests, revisionOf } from '../repository/revisions.ts';

/** Bytes that belong to no backup. */
export type Orphan = StoredObject & {
  /** `data`: without a manifest; `unfinished`: a write that never completed; `note`: of an upload that is gone. */
  readonly kind: 'data' | 'unfinished' | 'note';
  /** Whose it would be; absent where its name does not say so. */
  readonly backup?: ParsedName;
};

/** What lies at one place. */
export type Inventory = {
  readonly entries: readonly CatalogEntry[];
  readonly orphans: readonly Orphan[];
};

/**
 * Lists a place, with what belongs to no backup. What is being written is among it: age and the active runs tell. What was
 * written anew for other recipients is never an orphan while its backup is there, as its manifest may come at any moment.
 */
export async function takeInventory(repository: Repository): Promise<Inventory> {
  const { storage } = repository;
  // Listed before the manifests are read: what is committed meanwhile has its manifest then.
  const objects = await collect(storage.list(''));
  const unfinished = await collect(storage.leftovers(''));
  const entries = await repository.list();
  const named = await namedIn(storage, objects, entries);
  const keys = new Set(objects.map(({ key }) => key));
  const orphans: Orphan[] = [];
  for (const object of objects) {
    const backup = backupOf(object.key);
    if (isNote(object.key)) {
      if (!keys.has(fileOfNote(object.key))) orphans.push({ ...object, kind: 'note' });
    } else if (backup && !named.keys.has(object.key) && !named.isKept(object.key, backup)) {
      orphans.push({ ...object, kind: 'data', backup });
    }
  }
  for (const object of unfinished) {
    const backup = backupOf(object.key);
    orphans.push({ ...object, kind: 'unfinished', ...(backup ? { backup } : {}) });
  }
  return { entries, orphans };
}

/** Idempotent; false when it was not there. */
export async function removeOrphan(storage: Storage, { key, kind }: Orphan): Promise<boolean> {
  if (kind !== 'unfinished') return storage.remove(key);
  await storage.removeLeftover(key);
  return true;
}

type Named = {
  readonly keys: ReadonlySet<string>;
  readonly isKept: (key: string, backup: ParsedName) => boolean;
};

async function namedIn(
  storage: Storage,
  objects: readonly StoredObject[],
  entries: readonly CatalogEntry[],
): Promise<Named> {
  const groups = groupManifests(objects.map(({ key }) => key));
  const readable = new Map<string, Manifest>();
  for (const { manifest } of entries) if (manifest) readable.set(manifest.backup.name, manifest);
  const keys = new Set<string>();
  const withManifest = new Set<string>();
  const unreadable = new Set<string>();
  // One that came after the listing: what it names was in the listing, without it.
  for (const manifest of readable.values()) for (const { key } of objectsOf(manifest)) keys.add(key);
  for (const [firstKey, revisions] of groups) {
    const name = backupOf(firstKey)?.name ?? '';
    withManifest.add(name);
    for (const key of revisions) keys.add(key);
    if (!readable.has(name)) unreadable.add(name);
    else if (revisions.length > 1)
      for (const { key } of await objectsNamedBy(storage, revisions)) keys.add(key);
  }
  return {
    keys,
    isKept: (key, { name }) =>
      unreadable.has(name) ||
      ((withManifest.has(name) || readable.has(name)) &&
        (rewrittenFor(key) ?? revisionOf(key)) !== undefined),
  };
}

/** A backup's name has no dot: whatever follows is an attempt, an ending, or what a writer adds. */
function backupOf(key: string): ParsedName | undefined {
  const filename = key.slice(key.lastIndexOf('/') + 1);
  return parseBackupName(filename.split('.')[0] ?? '');
}

const NOTE = noteKeyOf('');
const isNote = (key: string): boolean => key.endsWith(NOTE);
const fileOfNote = (key: string): string => key.slice(0, -NOTE.length);

async function collect(objects: AsyncIterable<StoredObject>): Promise<readonly StoredObject[]> {
  const all: StoredObject[] = [];
  for await (const object of objects) all.push(object);
  return all;
}
