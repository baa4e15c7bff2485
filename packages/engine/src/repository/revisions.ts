import {
  failureOf,
  HoldfastError,
  manifestFilename,
  manifestSchema,
  parseManifestFilename,
  type Manifest,
} from '@holdfast/contracts';
import type { Storage } from '@holdfast/storage';
import { readAll } from './read-all.ts';

/**
 * A manifest is never overwritten: what is to be told otherwise of a backup is a manifest of the next revision,
 * `<name>.manifest.2.json`, beside those before. The highest that is good is in force.
 */
export type ManifestPlace = Pick<Manifest['backup'], 'database' | 'name'>;

export const manifestKeyOf = ({ database, name }: ManifestPlace, revision = 1): string =>
  `${database}/${manifestFilename(name, revision)}`;

/** Of a manifest's key; undefined for any other. */
export const revisionOf = (key: string): number | undefined => parse(key)?.revision;

/** The manifests among `keys`, by backup, under the key of the first revision. Of each the highest first. */
export function groupManifests(keys: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const first = parse(key)?.firstKey;
    if (first !== undefined) groups.set(first, [...(groups.get(first) ?? []), key]);
  }
  for (const revisions of groups.values())
    revisions.sort((a, b) => (revisionOf(b) ?? 0) - (revisionOf(a) ?? 0));
  return groups;
}

/** The keys of a backup's manifests, the highest revision first; none when there is no such backup. */
export async function manifestKeysOf(storage: Storage, firstKey: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(firstKey.replace(/json$/, ''))) keys.push(key);
  return groupManifests(keys).get(firstKey) ?? [];
}

export type InForce = { readonly key: string; readonly manifest: Manifest };

/**
 * Of a backup's manifests, given the highest first, the one to go by: the first that can be read and whose data is there. So
 * whatever moment a change of keys broke off at, the backup is one or the other. Where none has its data, the highest; throws
 * what is wrong with one that cannot be read, as that is where the data was named.
 */
export async function chooseInForce(
  keys: readonly string[],
  read: (key: string) => Promise<Manifest>,
  isThere: (key: string) => boolean | Promise<boolean>,
): Promise<InForce | undefined> {
  const failures: unknown[] = [];
  let withoutData: InForce | undefined;
  for (const key of keys) {
    try {
      const manifest = await read(key);
      if (keys.length === 1 || (await isThere(manifest.data.key))) return { key, manifest };
      withoutData ??= { key, manifest };
    } catch (error) {
      if (!IS_BAD.has(failureOf(error).code)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return withoutData;
}

/** Damaged, or gone since it was listed. */
const IS_BAD = new Set(['manifest_invalid', 'object_missing']);

/** Undefined when there is no such backup, or no more. `firstKey`: of its first revision. Throws manifest_invalid. */
export async function manifestInForce(storage: Storage, firstKey: string): Promise<InForce | undefined> {
  try {
    return await chooseInForce(
      await manifestKeysOf(storage, firstKey),
      (key) => readManifestAt(storage, key),
      async (key) => (await storage.head(key)) !== undefined,
    );
  } catch (error) {
    // Manifests are never replaced: what was listed a moment ago was deleted since.
    if (failureOf(error).code === 'object_missing') return undefined;
    throw error;
  }
}

/**
 * The backup as this place has it: since `manifest` was read, or in a copy, its objects may be others. The manifest itself
 * where the place has no better one.
 */
export async function asItIs(storage: Storage, manifest: Manifest): Promise<Manifest> {
  if (await storage.head(manifest.data.key)) return manifest;
  const now = (await manifestInForce(storage, manifestKeyOf(manifest.backup)))?.manifest;
  return now?.backup.run === manifest.backup.run ? now : manifest;
}

/** This very manifest, in force or not. Throws manifest_invalid, object_missing. */
export async function readManifestAt(storage: Storage, key: string): Promise<Manifest> {
  const parsed = manifestSchema.safeParse(parseJson((await readAll(storage, key)).toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new HoldfastError(
    'manifest_invalid',
    `${storage.location}/${key} is not a readable manifest (${parsed.error.issues[0]?.message ?? 'not JSON'}); restore it from a copy, or restore the data file with --trust-file.`,
  );
}

function parse(key: string): { readonly firstKey: string; readonly revision: number } | undefined {
  const at = key.lastIndexOf('/') + 1;
  const parsed = parseManifestFilename(key.slice(at));
  return (
    parsed && {
      firstKey: `${key.slice(0, at)}${manifestFilename(parsed.name, 1)}`,
      revision: parsed.revision,
    }
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it with the right code
  }
}
