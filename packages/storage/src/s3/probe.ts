import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { md5Of } from './multipart-upload.ts';
import { newMark } from './put-object.ts';
import { deleteObject } from './remove-object.ts';
import { doing, factsOf, fromS3, isConflict, isTaken } from './s3-errors.ts';
import type { S3Place } from './s3-place.ts';

/** Hidden, so no listing shows it; new each time, so that two who ask at once do not answer each other. Empty: it fits a full bucket. */
const probeName = (place: S3Place): string => `${place.below}.holdfast-probe-${newMark()}`;

/**
 * Whether the server keeps `If-None-Match: *`: makes an object twice, and removes it. An old one ignores the condition or
 * refuses it as unknown: false. False too where nothing may be written: then there is nothing to agree on.
 */
export async function honoursConditions(place: S3Place): Promise<boolean> {
  const name = probeName(place);
  const create = async (): Promise<'created' | 'refused' | 'no'> => {
    const bytes = Buffer.alloc(0);
    try {
      await place.client.send(
        new PutObjectCommand({
          Bucket: place.bucket,
          Key: name,
          Body: bytes,
          IfNoneMatch: '*',
          ...md5Of(place, bytes),
        }),
      );
      return 'created';
    } catch (error) {
      if (isTaken(error) || isConflict(error)) return 'refused';
      const { status, name: reason } = factsOf(error);
      if (status === 501 || reason === 'InvalidArgument') return 'no';
      const told = fromS3(error, place, {
        what: 'see whether it keeps If-None-Match',
        right: 's3:PutObject',
      });
      if (told.code === 'storage_read_only') return 'no';
      throw told;
    }
  };
  const first = await create();
  if (first === 'no') return false;
  // Refused although the name is new: the first try's answer was lost, and the SDK's second one met its object.
  const second = first === 'refused' ? 'refused' : await create();
  await deleteObject(place, name, 'remove its probe');
  return second === 'refused';
}

/** Does with probes what a put does: writes and removes an object, begins and aborts an upload. */
export async function checkBucket(place: S3Place): Promise<void> {
  const { client, bucket } = place;
  const name = probeName(place);
  const bytes = Buffer.from('Holdfast writes this to see that it can.\n');
  const what = 'write a probe';
  await doing(
    place,
    what,
    's3:PutObject',
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: name,
        Body: bytes,
        ...md5Of(place, bytes),
        // A bucket's policy may demand it of every write.
        ...(place.conditionalCreate && { IfNoneMatch: '*' }),
      }),
    ),
  );
  await deleteObject(place, name, 'remove its probe');
  const { UploadId } = await doing(
    place,
    what,
    's3:PutObject',
    client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: name })),
  );
  await doing(
    place,
    'abort the upload of a probe',
    's3:AbortMultipartUpload',
    client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: name, UploadId })),
  );
}
