import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import { byKey } from '../by-key.ts';
import { leftoverSegments, PART } from '../safe-key.ts';
import type { StoredObject } from '../storage.ts';
import { decoded } from './list-objects.ts';
import { doing, factsOf, fromS3 } from './s3-errors.ts';
import { keyOf, listed, type S3Place } from './s3-place.ts';

type Unfinished = {
  readonly name: string;
  readonly key: string;
  readonly uploadId: string;
  readonly begunAt: Date;
};

/** Uploads that never completed, or are under way. Their time is that of the last part, as a file's is that of the last write. */
export async function* unfinishedUploads(place: S3Place, prefix: string): AsyncGenerator<StoredObject> {
  const leftovers: StoredObject[] = [];
  for await (const upload of uploadsBelow(place, prefix)) {
    const parts = await partsOf(place, upload);
    if (parts) leftovers.push({ key: leftoverKey(upload), ...parts });
  }
  yield* leftovers.sort(byKey);
}

/** Aborts the upload with that key, which `unfinishedUploads` gave. Nothing when it is gone. */
export async function removeUpload(place: S3Place, leftover: string): Promise<void> {
  leftoverSegments(leftover);
  const [, key] = /^(.+)\.[0-9a-f]{12}\.part$/.exec(leftover) ?? [];
  if (key === undefined) return;
  for await (const upload of uploadsBelow(place, key)) {
    if (leftoverKey(upload) !== leftover) continue;
    const { name, uploadId } = upload;
    await place.client
      .send(new AbortMultipartUploadCommand({ Bucket: place.bucket, Key: name, UploadId: uploadId }))
      .catch((error: unknown) => {
        if (isGone(error)) return;
        throw fromS3(error, place, { what: `abort the upload of ${key}`, right: 's3:AbortMultipartUpload' });
      });
  }
}

/** The upload's id is longer than a part of a key may be: its digest stands for it. */
const leftoverKey = ({ key, uploadId }: Unfinished): string =>
  `${key}.${createHash('sha256').update(uploadId).digest('hex').slice(0, 12)}${PART}`;

async function* uploadsBelow(place: S3Place, prefix: string): AsyncGenerator<Unfinished> {
  const Prefix = listed(place, prefix);
  let marker: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {};
  while (marker) {
    const page: ListMultipartUploadsCommandOutput = await doing(
      place,
      `list unfinished uploads of ${prefix || 'everything'}`,
      's3:ListBucketMultipartUploads',
      place.client.send(
        new ListMultipartUploadsCommand({ Bucket: place.bucket, Prefix, EncodingType: 'url', ...marker }),
      ),
    );
    yield* (page.Uploads ?? []).flatMap((upload) => unfinished(place, upload, page.EncodingType));
    const next = decoded(page.NextKeyMarker, page.EncodingType);
    marker =
      page.IsTruncated && next !== undefined
        ? {
            KeyMarker: next,
            ...(page.NextUploadIdMarker !== undefined && { UploadIdMarker: page.NextUploadIdMarker }),
          }
        : undefined;
  }
}

function unfinished(
  place: S3Place,
  upload: MultipartUpload,
  encoding: string | undefined,
): readonly Unfinished[] {
  const name = decoded(upload.Key, encoding);
  const key = keyOf(place, name);
  if (name === undefined || key === undefined || upload.UploadId === undefined) return [];
  return [{ name, key, uploadId: upload.UploadId, begunAt: upload.Initiated ?? new Date(0) }];
}

/** Undefined when the upload was completed or aborted meanwhile. */
async function partsOf(
  place: S3Place,
  { name, key, uploadId, begunAt }: Unfinished,
): Promise<Pick<StoredObject, 'sizeBytes' | 'modifiedAt'> | undefined> {
  let sizeBytes = 0;
  let modifiedAt = begunAt;
  let PartNumberMarker: string | undefined;
  try {
    do {
      const page = await place.client.send(
        new ListPartsCommand({
          Bucket: place.bucket,
          Key: name,
          UploadId: uploadId,
          ...(PartNumberMarker !== undefined && { PartNumberMarker }),
        }),
      );
      for (const { Size = 0, LastModified = begunAt } of page.Parts ?? []) {
        sizeBytes += Size;
        if (LastModified > modifiedAt) modifiedAt = LastModified;
      }
      PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (PartNumberMarker !== undefined);
    return { sizeBytes, modifiedAt };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw fromS3(error, place, { what: `list the parts of ${key}`, right: 's3:ListMultipartUploadParts' });
  }
}

const isGone = (error: unknown): boolean => factsOf(error).name === 'NoSuchUpload';
