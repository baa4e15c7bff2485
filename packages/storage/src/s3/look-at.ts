import { HeadBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Lock } from './judge-lock.ts';
import { factsOf, fromS3, isMissing } from './s3-errors.ts';
import type { S3Place } from './s3-place.ts';

/** An object as a HEAD shows it. */
export type Seen = {
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  readonly mark: string | undefined;
  readonly lock: Lock;
};

/** Names the write that made an object: after a lost reply it tells our own from another's. */
export const MARK = 'holdfast-write';

/** What is called `name` in the bucket. `what` is for the failure: `write app/a`. */
export async function lookAt(
  place: S3Place,
  name: string,
  what: string,
  abortSignal?: AbortSignal,
): Promise<Seen | undefined> {
  try {
    const head = await place.client.send(
      new HeadObjectCommand({ Bucket: place.bucket, Key: name }),
      abortSignal && { abortSignal },
    );
    return {
      sizeBytes: head.ContentLength ?? 0,
      modifiedAt: head.LastModified ?? new Date(0),
      mark: head.Metadata?.[MARK],
      lock: {
        mode: head.ObjectLockMode,
        retainUntil: head.ObjectLockRetainUntilDate?.toISOString(),
        isHeld: head.ObjectLockLegalHoldStatus === 'ON',
      },
    };
  } catch (error) {
    abortSignal?.throwIfAborted();
    if (isMissing(factsOf(error))) return undefined;
    // Without the second right, S3 answers 403 for what is not there.
    throw fromS3(error, place, { what, right: 's3:GetObject and s3:ListBucket' });
  }
}

/** The answer to a HEAD has no body, so "not there" may be said of a bucket that is not there. */
export async function assertBucket(place: S3Place): Promise<void> {
  try {
    await place.client.send(new HeadBucketCommand({ Bucket: place.bucket }));
  } catch (error) {
    const facts = factsOf(error);
    if (facts.status === 403) return; // it is there, and this account may not list it
    const missing = isMissing(facts)
      ? Object.assign(new Error(facts.message), { name: 'NoSuchBucket' })
      : error;
    throw fromS3(missing, place, { what: 'look at the bucket', right: 's3:ListBucket' });
  }
}
