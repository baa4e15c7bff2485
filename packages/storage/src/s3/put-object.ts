import { randomBytes } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { StorageError } from '../storage-error.ts';
import type { PutOptions } from '../storage.ts';
import { thenDispose } from '../then-dispose.ts';
import { untilAborted } from '../until-aborted.ts';
import { commit } from './commit.ts';
import { fillParts } from './fill-parts.ts';
import { lookAt, MARK } from './look-at.ts';
import { beginUpload, md5Of, type MultipartUpload } from './multipart-upload.ts';
import { nameOf, type S3Place } from './s3-place.ts';

/** Two at a time use a line that one leaves idle while its answer is awaited; larger parts need no company. */
const PARTS_AT_ONCE = 2;
const LARGE_PART_BYTES = 64 << 20;

/**
 * Streams `body` to `key`: one request when it fits into a part, otherwise an upload of parts. Holds at most three parts in
 * memory. From the moment that all bytes are there, `signal` is too late: the last request is waited for.
 */
export async function putObject(
  place: S3Place,
  key: string,
  body: AsyncIterable<Uint8Array>,
  { signal, replaces = false }: PutOptions = {},
): Promise<{ readonly sizeBytes: number }> {
  const name = nameOf(place, key);
  const what = `write ${key}`;
  signal?.throwIfAborted();
  if (!replaces && (await lookAt(place, name, what, signal))) throw taken(place, key);
  const mark = newMark();
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const sending = new Set<Promise<void>>();
  let upload: MultipartUpload | undefined;
  let sizeBytes = 0;

  const clear = async (): Promise<void> => {
    failed.abort();
    await Promise.all(sending);
    await upload?.abort();
  };
  return thenDispose(clear, async () => {
    for await (const part of fillParts(untilAborted(body, stop), place.partBytes)) {
      sizeBytes += part.bytes.length;
      if (part.isLast && !upload) {
        stop.throwIfAborted();
        const whole = { name, what, bytes: part.bytes, mark, isLarge: true, replaces };
        if ((await writeWhole(place, whole)) === 'created') return { sizeBytes };
        throw taken(place, key);
      }
      if (part.bytes.length === 0) break;
      upload ??= await beginUpload(place, { name, what, mark, replaces });
      const atOnce = part.bytes.length > LARGE_PART_BYTES ? 1 : PARTS_AT_ONCE;
      while (sending.size >= atOnce) await Promise.race(sending);
      const sent = upload
        .send(part, stop)
        // The first failure stops everything; it is thrown by whoever waits for `stop`.
        .then(part.release, (error: unknown) => failed.abort(error))
        .finally(() => sending.delete(sent));
      sending.add(sent);
    }
    await Promise.all(sending);
    stop.throwIfAborted();
    if ((await upload?.complete()) === 'exists') throw taken(place, key);
    return { sizeBytes };
  });
}

/** Makes an object of bytes at hand, in one request. */
export async function writeWhole(
  place: S3Place,
  object: {
    readonly name: string;
    readonly what: string;
    readonly bytes: Uint8Array;
    readonly mark: string;
    /** Whether it is what the storage class is for. */
    readonly isLarge: boolean;
    /** Whether another object of that name goes. */
    readonly replaces: boolean;
  },
): Promise<'created' | 'exists'> {
  const { name, what, bytes, mark, isLarge, replaces } = object;
  return commit(place, {
    name,
    what,
    mark,
    looksFirst: false,
    replaces,
    request: (condition) =>
      place.client.send(
        new PutObjectCommand({
          Bucket: place.bucket,
          Key: name,
          Body: bytes,
          Metadata: { [MARK]: mark },
          ...(isLarge && place.storageClass && { StorageClass: place.storageClass }),
          ...md5Of(place, bytes),
          ...condition,
        }),
      ),
  });
}

export const newMark = (): string => randomBytes(8).toString('hex');

const taken = (place: S3Place, key: string): StorageError =>
  new StorageError(
    'name_taken',
    `${key} exists already in ${place.location}; objects are never overwritten, use another name.`,
  );
