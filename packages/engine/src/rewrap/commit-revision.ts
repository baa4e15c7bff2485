import { HoldfastError, type Manifest } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import { manifestInForce, manifestKeyOf, manifestKeysOf, readManifestAt } from '../repository/revisions.ts';
import { removeRewritten } from './remove-superseded.ts';

type Context = Pick<EngineContext, 'repository' | 'signal'>;

/**
 * From here on the backup is what `next` says. Whoever comes second drops his own objects; what was deleted meanwhile stays
 * deleted. Throws name_taken, backup_not_found.
 */
export async function commitRevision(
  context: Context,
  before: Manifest,
  next: Manifest,
  revision: number,
): Promise<void> {
  const { storage } = context.repository;
  const { backup } = before;
  const own = { data: next.data.key, globals: next.globals?.key };
  const key = manifestKeyOf(backup, revision);
  try {
    const change = await changeOf(context, before);
    if (change) throw change;
    context.signal.throwIfAborted();
  } catch (error) {
    await removeRewritten(context, own);
    throw error;
  }
  // An error of the commit leaves open whether it happened: nothing may be removed then.
  const bytes = Buffer.from(`${JSON.stringify(next, undefined, 2)}\n`, 'utf8');
  const answer = await storage.createIfAbsent(key, bytes);
  if (answer === 'exists' && (await readManifestAt(storage, key)).data.key !== own.data) {
    await removeRewritten(context, own);
    throw changedByAnother(backup);
  }
  if (await isWhole(context, next, key)) return;
  await storage.remove(key);
  await removeRewritten(context, own);
  throw (await changeOf(context, next)) ?? deletedMeanwhile(backup);
}

/** What somebody else did to the backup since its manifest was read. */
export async function changeOf(
  { repository: { storage } }: Pick<Context, 'repository'>,
  { backup, data }: Manifest,
): Promise<HoldfastError | undefined> {
  const now = await manifestInForce(storage, manifestKeyOf(backup));
  if (!now) return deletedMeanwhile(backup);
  return now.manifest.data.key === data.key ? undefined : changedByAnother(backup);
}

/** Not so when the backup was deleted around the commit. Throws where it cannot look; the commit stands then. */
async function isWhole(
  { repository: { storage } }: Context,
  next: Manifest,
  ownKey: string,
): Promise<boolean> {
  const manifests = await manifestKeysOf(storage, manifestKeyOf(next.backup));
  if (manifests.every((key) => key === ownKey)) return false;
  for (const object of [next.data, next.globals])
    if (object && !(await storage.head(object.key))) return false;
  return true;
}

const deletedMeanwhile = ({ filename }: Manifest['backup']): HoldfastError =>
  new HoldfastError('backup_not_found', `${filename} was deleted meanwhile; there is nothing to do.`);

const changedByAnother = ({ filename }: Manifest['backup']): HoldfastError =>
  new HoldfastError(
    'name_taken',
    `${filename} was given other recipients by somebody else meanwhile; look at it and try again.`,
  );
