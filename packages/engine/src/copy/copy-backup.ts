import { HoldfastError, type Manifest } from '@holdfast/contracts';
import { assertRoom } from '../backup/assert-space.ts';
import type { SpaceLimits } from '../backup/judge-space.ts';
import type { EngineContext } from '../context.ts';
import { KEY_FILE } from '../keys/open-key-ring.ts';
import { lineageOf } from '../repository/backup-chain.ts';
import { objectsOf } from '../repository/objects-of.ts';
import { manifestKeyOf, type Repository } from '../repository/repository.ts';
import { readAll } from '../repository/read-all.ts';
import { manifestInForce, manifestKeysOf, revisionOf } from '../repository/revisions.ts';
import { removeSuperseded } from '../rewrap/remove-superseded.ts';
import { copyObject } from './copy-object.ts';
import { readIfReadable } from './read-if-readable.ts';

export type CopyContext = Pick<EngineContext, 'repository' | 'signal' | 'onProgress'>;

export type CopyOptions = {
  /** Called before each commit; throwing leaves that backup out of the place. */
  readonly beforeCommit?: (() => Promise<void>) | undefined;
  /** How full the place may become; absent: as full as it gets. */
  readonly limits?: SpaceLimits | undefined;
};

/**
 * Brings a backup to another place, with what it builds on and that lacks there: the oldest first, of each the manifest
 * last and byte for byte. What is there is not sent again; any number of workers may do it at once. A source that is not
 * what its manifest says is never copied (archive_corrupt, archive_truncated), and nothing is begun that would fill the place
 * (storage_nearly_full). Answers the bytes that were sent.
 */
export async function copyBackup(
  context: CopyContext,
  manifest: Manifest,
  place: Repository,
  options: CopyOptions = {},
): Promise<{ readonly sizeBytes: number }> {
  const lineage = await lineageOf(context.repository, manifest);
  await copyKeyFile(context.repository, place);
  let sizeBytes = 0;
  for (const each of lineage.toReversed()) sizeBytes += await copyOne(context, each, place, options);
  return { sizeBytes };
}

async function copyOne(
  context: CopyContext,
  manifest: Manifest,
  place: Repository,
  options: CopyOptions,
): Promise<number> {
  const firstKey = manifestKeyOf(manifest.backup);
  const keyInForce = async (): Promise<string> =>
    (await manifestInForce(context.repository.storage, firstKey))?.key ?? firstKey;
  const state = await stateAt(place, manifest, await keyInForce());
  if (state === 'whole') return 0;
  // What is to be replaced is no backup meanwhile.
  if (state === 'broken')
    for (const key of await manifestKeysOf(place.storage, firstKey)) await place.storage.remove(key);
  const objects = objectsOf(manifest);
  const needBytes = objects.reduce((sum, object) => sum + object.sizeBytes, 0);
  if (options.limits)
    await assertRoom(place.storage, () => Promise.resolve(needBytes), options.limits, 'copy');
  let sizeBytes = 0;
  for (const object of objects) sizeBytes += await copyObject(context, object, place);
  await options.beforeCommit?.();
  context.signal.throwIfAborted();
  // Read only now: a backup that was deleted while it was copied is not to live on in its copy.
  const key = await keyInForce();
  const bytes = await readAll(context.repository.storage, key);
  await place.storage.createIfAbsent(key, bytes);
  if ((await stateAt(place, manifest, key)) === 'whole') {
    const revision = revisionOf(key) ?? 1;
    if (revision > 1) await removeSuperseded(place, manifest, revision);
    return sizeBytes;
  }
  throw new HoldfastError(
    'storage_failed',
    `${place.storage.location} does not have ${manifest.backup.filename} as it was written; check the storage, then try again.`,
  );
}

/** By names and sizes alone: what is inside is for validation to prove. */
async function stateAt(
  place: Repository,
  manifest: Manifest,
  source: string,
): Promise<'absent' | 'broken' | 'whole'> {
  const key = manifestKeyOf(manifest.backup);
  if ((await manifestKeysOf(place.storage, key)).length === 0) return 'absent';
  const present = await readIfReadable(place, key);
  if (!present) return 'broken';
  if (present.backup.run !== manifest.backup.run) {
    throw new HoldfastError(
      'name_taken',
      `${place.storage.location}/${key} is of another backup; give the copies a place of their own.`,
    );
  }
  // As it was before it got other recipients: that stays until the new one is there.
  if (present.data.key !== manifest.data.key) return (await place.storage.head(source)) ? 'broken' : 'absent';
  for (const object of objectsOf(manifest)) {
    if ((await place.storage.head(object.key))?.sizeBytes !== object.sizeBytes) return 'broken';
  }
  return 'whole';
}

/** Without it, an encrypted copy is worth nothing once the primary place is lost. It stays sealed by its passphrase. */
async function copyKeyFile({ storage }: Repository, place: Repository): Promise<void> {
  if (!(await storage.head(KEY_FILE))) return;
  const key = await readAll(storage, KEY_FILE);
  if (!(await place.storage.head(KEY_FILE))) await place.storage.createIfAbsent(KEY_FILE, key);
  if (key.equals(await readAll(place.storage, KEY_FILE))) return;
  throw new HoldfastError(
    'name_taken',
    `${place.storage.location} has a ${KEY_FILE} of its own, which may not open what is copied there; give the copies a place of their own, or remove that file when no backup there needs it.`,
  );
}
