import { randomBytes } from 'node:crypto';
import { parseRecipients } from '@holdfast/archive';
import { failureOf, HoldfastError, manifestSchema, type Manifest } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import { recipientsDigest } from '../keys/recipients-digest.ts';
import { manifestKeyOf, manifestKeysOf, revisionOf } from '../repository/revisions.ts';
import { changeOf, commitRevision } from './commit-revision.ts';
import { rewrittenKeys, withObjects, type RewrittenKeys } from './plan-rewrap.ts';
import { removeRewritten, removeSuperseded } from './remove-superseded.ts';
import { rewrapObject } from './rewrap-object.ts';

export type RewrapContext = Pick<EngineContext, 'repository' | 'signal' | 'onProgress'>;

export type RewrapOptions = {
  /** Any name the backup answers to. */
  readonly reference: string;
  /** Who can read it from now on: public keys, all of them. */
  readonly recipients: readonly string[];
};

export type Rewrapped = {
  readonly manifest: Manifest;
  /** False when these were its recipients already: nothing was done. */
  readonly isChanged: boolean;
  /** What of the old files is still there, and why. */
  readonly warnings: readonly string[];
};

/**
 * Other recipients for an encrypted backup: new headers around the same data keys, in new objects, then a manifest of the
 * next revision, then the old objects go. Broken off anywhere, the backup is wholly the old one or the new one. Takes nothing
 * back from those who could read it. Needs a private key. Throws invalid_request for one that is not encrypted,
 * key_missing, key_wrong, key_invalid, name_taken when somebody else did the same, and what says that the file is bad.
 */
export async function rewrapBackup(context: RewrapContext, options: RewrapOptions): Promise<Rewrapped> {
  const { repository } = context;
  const recipients = parseRecipients(options.recipients.join(' '));
  if (recipients.length === 0)
    throw new HoldfastError('key_missing', 'There is no recipient to encrypt for; give at least one.');
  const manifest = await repository.find(options.reference);
  const { backup } = manifest;
  if (!backup.encrypted)
    throw new HoldfastError(
      'invalid_request',
      `${backup.filename} is not encrypted; make a new backup that is.`,
    );
  const recipientsSha256 = recipientsDigest(recipients);
  if (manifest.recipientsSha256 === recipientsSha256) return { manifest, isChanged: false, warnings: [] };
  const identities = await repository.keys.identities();
  if (identities.length === 0)
    throw new HoldfastError(
      'key_missing',
      'Other recipients can be given only by who reads the backup; set BACKUP_AGE_IDENTITY_FILE or BACKUP_ENCRYPTION_KEY.',
    );
  const before = await manifestKeysOf(repository.storage, manifestKeyOf(backup));
  const revision = 1 + Math.max(0, ...before.map((key) => revisionOf(key) ?? 0));
  const keys = rewrittenKeys(manifest, revision, randomBytes(4).toString('hex'));
  const written = await writeObjects(context, manifest, keys, { identities, recipients });
  const next = manifestSchema.parse({ ...written, recipientsSha256 });
  await commitRevision(context, manifest, next, revision);
  return { manifest: next, isChanged: true, warnings: await removeOld(context, next, revision) };
}

/** What cannot be removed is told and no failure: the backup has its new recipients. */
async function removeOld(
  { repository }: RewrapContext,
  next: Manifest,
  revision: number,
): Promise<readonly string[]> {
  try {
    await removeSuperseded(repository, next, revision);
    return [];
  } catch (error) {
    const { filename } = next.backup;
    return [
      `The old files of ${filename} are still there, for their old recipients: ${failureOf(error).message}`,
    ];
  }
}

/** The new objects. On failure none of them is left. */
async function writeObjects(
  context: RewrapContext,
  manifest: Manifest,
  keys: RewrittenKeys,
  to: { readonly identities: readonly string[]; readonly recipients: readonly string[] },
): Promise<Manifest> {
  try {
    const data = await rewrapObject(context, manifest.data, { key: keys.data, ...to });
    const globals =
      manifest.globals && keys.globals !== undefined
        ? await rewrapObject(context, manifest.globals, { key: keys.globals, ...to })
        : undefined;
    return withObjects(manifest, data, globals);
  } catch (error) {
    await removeRewritten(context, keys);
    // Files that vanish under its hands are no damage. Where nobody can tell, the failure itself is told.
    throw (await changeOf(context, manifest).catch(() => undefined)) ?? error;
  }
}
