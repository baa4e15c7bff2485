import {
  failureOf,
  HoldfastError,
  MANIFEST_ENDING,
  type DatabaseId,
  type ForeignBackup,
  type Manifest,
} from '@holdfast/contracts';
import type { Storage, StoredObject } from '@holdfast/storage';
import { assertPlainName } from '../repository/plain-name.ts';
import type { Repository } from '../repository/repository.ts';
import { readForeignKey, type ForeignKey } from './read-key.ts';
import { noteKeyOf, readNote } from './upload-note.ts';

type Found = { readonly named: ForeignKey; readonly object: StoredObject; readonly hasNote: boolean };

/** The backups that we did not make: files without a manifest, put there by hand or uploaded. Newest first. */
export async function listForeign(
  storage: Storage,
  { database }: { readonly database?: DatabaseId } = {},
): Promise<readonly ForeignBackup[]> {
  const wanted = (await look(storage)).filter(
    ({ named }) => database === undefined || named.database === database,
  );
  const files: ForeignBackup[] = [];
  for (const found of wanted) files.push(await describe(storage, found));
  return files.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** By file name. Throws backup_not_found, path_refused, and invalid_request where two have the name. */
export async function findForeign(storage: Storage, filename: string): Promise<ForeignBackup> {
  assertPlainName(filename);
  const [only, another] = (await look(storage)).filter(({ named }) => named.filename === filename);
  if (only && another) {
    throw new HoldfastError(
      'invalid_request',
      `There are two files "${filename}" in ${storage.location}: ${only.object.key} and ${another.object.key}; rename one of them.`,
    );
  }
  if (only) return describe(storage, only);
  throw new HoldfastError(
    'backup_not_found',
    `No backup "${filename}" in ${storage.location}; "backup-admin list" shows what there is.`,
  );
}

/**
 * Whatever answers to a name: a file that we did not make by its file name, a backup of ours by any of its names. Throws
 * as `find` and `findForeign` do.
 */
export async function lookUp(repository: Repository, reference: string): Promise<Manifest | ForeignBackup> {
  if (readForeignKey(reference)) {
    try {
      return await findForeign(repository.storage, reference);
    } catch (error) {
      if (failureOf(error).code !== 'backup_not_found') throw error;
    }
  }
  return repository.find(reference);
}

/** The file, then what was noted of it. Idempotent. Answers the bytes that became free. */
export async function removeForeign(
  storage: Storage,
  { key, sizeBytes }: Pick<ForeignBackup, 'key' | 'sizeBytes'>,
): Promise<number> {
  const freedBytes = (await storage.remove(key)) ? sizeBytes : 0;
  await storage.remove(noteKeyOf(key));
  return freedBytes;
}

async function look(storage: Storage): Promise<readonly Found[]> {
  const objects = new Map<string, StoredObject>();
  for await (const object of storage.list('')) objects.set(object.key, object);
  const known = databasesOf([...objects.keys()]);
  return [...objects.values()].flatMap((object) => {
    const named = readForeignKey(object.key, known);
    return named ? [{ named, object, hasNote: objects.has(noteKeyOf(object.key)) }] : [];
  });
}

async function describe(storage: Storage, { named, object, hasNote }: Found): Promise<ForeignBackup> {
  const { namedAtMs, ...rest } = named;
  const note = hasNote ? await readNote(storage, object.key, object.sizeBytes) : undefined;
  return {
    origin: 'foreign',
    ...rest,
    description: note?.description ?? '',
    createdAt: (namedAtMs === undefined ? object.modifiedAt : new Date(namedAtMs)).toISOString(),
    sizeBytes: object.sizeBytes,
    ...(note ? { sha256: note.sha256 } : {}),
  };
}

/** Folders with a backup of ours in them are databases' folders. */
const databasesOf = (keys: readonly string[]): readonly string[] => [
  ...new Set(
    keys.filter((key) => key.endsWith(MANIFEST_ENDING)).map((key) => key.slice(0, key.indexOf('/'))),
  ),
];
