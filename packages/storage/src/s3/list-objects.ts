import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { StoredObject } from '../storage.ts';
import { byKey } from '../by-key.ts';
import { doing } from './s3-errors.ts';
import { keyOf, listed, type S3Place } from './s3-place.ts';

/**
 * Complete objects, sorted. They are all read before the first is given: S3 sorts by UTF-8 bytes, JavaScript by UTF-16 units,
 * and some servers (directory buckets) not at all. 100,000 of them take some 20 MB.
 */
export async function* listObjects(place: S3Place, prefix: string): AsyncGenerator<StoredObject> {
  const Prefix = listed(place, prefix);
  const objects: StoredObject[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await doing(
      place,
      `list ${prefix || 'everything'}`,
      's3:ListBucket',
      place.client.send(
        new ListObjectsV2Command({
          Bucket: place.bucket,
          Prefix,
          EncodingType: 'url',
          ...(ContinuationToken !== undefined && { ContinuationToken }),
        }),
      ),
    );
    for (const { Key, Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
      const key = keyOf(place, decoded(Key, page.EncodingType));
      if (key !== undefined) objects.push({ key, sizeBytes: Size, modifiedAt: LastModified });
    }
    ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (ContinuationToken !== undefined);
  yield* objects.sort(byKey);
}

/** Names are asked for in a form that XML can carry whatever they are; a server may not know it, and then says so. */
export const decoded = (name: string | undefined, encoding: string | undefined): string | undefined =>
  encoding === 'url' ? name && decodeURIComponent(name.replaceAll('+', ' ')) : name;
