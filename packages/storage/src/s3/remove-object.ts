import {
  DeleteObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { StorageError } from '../storage-error.ts';
import { judgeLock, type Lock } from './judge-lock.ts';
import { assertBucket, lookAt, type Seen } from './look-at.ts';
import { doing, factsOf, fromS3 } from './s3-errors.ts';
import { nameOf, type S3Place } from './s3-place.ts';

/**
 * Removes an object, unless a lock forbids it: in a bucket with object lock S3 would hide it, say that all is well, and keep
 * (and charge for) its bytes. Whether it was there is seen before: S3's answer does not tell.
 */
export async function removeObject(
  place: S3Place,
  key: string,
  bucketHasLock: () => Promise<boolean>,
): Promise<boolean> {
  const name = nameOf(place, key);
  const what = `remove ${key}`;
  const seen = await lookAt(place, name, what);
  if (!seen) {
    await assertBucket(place);
    return false;
  }
  const reason = judgeLock(await lockOf(place, name, seen, bucketHasLock), new Date().toISOString());
  if (reason !== undefined)
    throw new StorageError('storage_read_only', `${place.location} keeps ${key}: ${reason}.`);
  await deleteObject(place, name, what);
  return true;
}

export async function deleteObject(place: S3Place, name: string, what: string): Promise<void> {
  await doing(
    place,
    what,
    's3:DeleteObject',
    place.client.send(new DeleteObjectCommand({ Bucket: place.bucket, Key: name })),
  );
}

/** A HEAD shows the lock only to those who may read retention; to others, what looks unlocked may be locked. */
async function lockOf(
  place: S3Place,
  name: string,
  { lock }: Seen,
  bucketHasLock: () => Promise<boolean>,
): Promise<Lock> {
  if (lock.retainUntil || lock.isHeld || !(await bucketHasLock())) return lock;
  try {
    const { Retention } = await place.client.send(
      new GetObjectRetentionCommand({ Bucket: place.bucket, Key: name }),
    );
    return { ...lock, mode: Retention?.Mode, retainUntil: Retention?.RetainUntilDate?.toISOString() };
  } catch (error) {
    const { name: reason, status } = factsOf(error);
    if (reason === 'NoSuchObjectLockConfiguration' || status === 404) return lock;
    throw fromS3(error, place, { what: 'see until when objects are locked', right: 's3:GetObjectRetention' });
  }
}

/** Whether a bucket has object lock. Servers that do not know the question, and accounts that may not ask it, count as no. */
export async function hasObjectLock(place: S3Place): Promise<boolean> {
  try {
    const { ObjectLockConfiguration } = await place.client.send(
      new GetObjectLockConfigurationCommand({ Bucket: place.bucket }),
    );
    return ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
  } catch (error) {
    const { status } = factsOf(error);
    if (status !== undefined && (status < 500 || status === 501)) return false;
    throw fromS3(error, place, {
      what: 'see whether the bucket locks objects',
      right: 's3:GetBucketObjectLockConfiguration',
    });
  }
}
