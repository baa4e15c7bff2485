import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { StorageError } from '../storage-error.ts';
import { commit, type Commit } from './commit.ts';
import { lookAt, MARK } from './look-at.ts';
import { doing, factsOf, fromS3 } from './s3-errors.ts';
import type { S3Place } from './s3-place.ts';

export type MultipartUpload = {
  send(part: { readonly number: number; readonly bytes: Buffer }, signal: AbortSignal): Promise<void>;
  complete(): Promise<'created' | 'exists'>;
  /** Idempotent, and nothing after `complete` said `created`. Wait for what is being sent first: S3 keeps a part that comes later. */
  abort(): Promise<void>;
};

/** An upload of parts; the object appears when it is complete. `what` is for failures: `write app/a`. */
export async function beginUpload(
  place: S3Place,
  { name, what, mark, replaces }: Pick<Commit, 'name' | 'what' | 'mark' | 'replaces'>,
): Promise<MultipartUpload> {
  const { client, bucket, storageClass } = place;
  // Not to be aborted by a signal: were its answer lost, nobody would know what to remove.
  const { UploadId } = await doing(
    place,
    what,
    's3:PutObject',
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: name,
        Metadata: { [MARK]: mark },
        ...(storageClass && { StorageClass: storageClass }),
        ...(!place.hasOldChecksums && { ChecksumAlgorithm: 'CRC32' }),
      }),
    ),
  );
  if (!UploadId)
    throw new StorageError(
      'storage_failed',
      `${place.server} began an upload to ${what} without naming it; see whether it speaks S3.`,
    );
  const upload = { Bucket: bucket, Key: name, UploadId };
  const parts: CompletedPart[] = [];
  let isOver = false;

  async function abort(): Promise<void> {
    if (isOver) return;
    try {
      await client.send(new AbortMultipartUploadCommand(upload));
    } catch (error) {
      if (factsOf(error).name !== 'NoSuchUpload')
        throw fromS3(error, place, { what: `abort the upload to ${what}`, right: 's3:AbortMultipartUpload' });
    }
    isOver = true;
  }

  return {
    abort,
    send: async ({ number, bytes }, signal) => {
      try {
        const sent = await client.send(
          new UploadPartCommand({ ...upload, PartNumber: number, Body: bytes, ...md5Of(place, bytes) }),
          { abortSignal: signal },
        );
        parts.push({
          PartNumber: number,
          ETag: sent.ETag,
          ...(sent.ChecksumCRC32 && { ChecksumCRC32: sent.ChecksumCRC32 }),
        });
      } catch (error) {
        signal.throwIfAborted();
        throw fromS3(error, place, { what: `${what} (part ${number})`, right: 's3:PutObject' });
      }
    },
    complete: async () => {
      const MultipartUpload = {
        Parts: parts.sort((one, other) => (one.PartNumber ?? 0) - (other.PartNumber ?? 0)),
      };
      const request = (condition: {
        readonly IfNoneMatch?: '*';
      }): Promise<{ readonly ETag?: string | undefined }> =>
        client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, ...condition }));
      try {
        // Some servers that keep the condition of a PutObject ignore this one, and hours may have passed.
        const outcome = await commit(place, { name, what, mark, looksFirst: !replaces, replaces, request });
        isOver = outcome === 'created';
        return outcome;
      } catch (error) {
        // A server may still be putting the parts together. Aborted, it cannot finish later, and what is there counts.
        const seen = await abort()
          .then(() => lookAt(place, name, what))
          .catch(() => undefined); // the first failure is told; whoever clears up after it tries again and tells
        if (seen?.mark === mark) return 'created';
        throw error;
      }
    },
  };
}

/** What every server compares with the bytes it got; buckets with object lock demand it. */
export const md5Of = (place: S3Place, bytes: Uint8Array): { readonly ContentMD5?: string } =>
  place.hasOldChecksums ? { ContentMD5: createHash('md5').update(bytes).digest('base64') } : {};
