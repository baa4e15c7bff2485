import { setTimeout as wait } from 'node:timers/promises';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { StorageError } from '../storage-error.ts';
import { lookAt } from './look-at.ts';
import { factsOf, fromS3, isMissing, isTaken } from './s3-errors.ts';
import { nameOf, type S3Place } from './s3-place.ts';

/** Times that a read goes on after its connection broke without giving a byte. Each request is tried several times besides. */
const RESUMES = 4;
const RESUME_WAIT_MS = 100;

/**
 * The bytes of an object, from `start` to before `endExclusive`. A connection that breaks, or ends early, is replaced by one
 * that goes on where it was, for as long as it is the same object (by its ETag).
 */
export async function* readObject(
  place: S3Place,
  key: string,
  {
    start,
    endExclusive = Number.POSITIVE_INFINITY,
  }: { readonly start: number; readonly endExclusive?: number },
): AsyncGenerator<Uint8Array> {
  const name = nameOf(place, key);
  const what = `read ${key}`;
  if (endExclusive <= start) {
    if (!(await lookAt(place, name, what))) throw missing(place, key);
    return;
  }
  let position = start;
  let end = endExclusive;
  let etag: string | undefined;
  for (let idleTries = 0; ; idleTries += 1) {
    const answer = await ask(place, { key, name, start: position, end, etag });
    if (!answer) return;
    etag ??= answer.ETag;
    end = position + lengthOf(answer, place, { what, position, end });
    let broken: unknown = Object.assign(new Error('it ended early'), { name: 'ShortBody' });
    try {
      // In Node a body is a Readable; the SDK's type allows a browser's as well.
      for await (const bytes of answer.Body as AsyncIterable<Uint8Array>) {
        position += bytes.length;
        idleTries = 0;
        yield bytes;
      }
    } catch (error) {
      broken = error;
    }
    if (position >= end) return;
    if (idleTries >= RESUMES)
      throw fromS3(broken, place, { what: `${what} beyond byte ${position}`, right: 's3:GetObject' });
    await wait(RESUME_WAIT_MS * 2 ** idleTries * Math.random());
  }
}

type Wanted = {
  readonly key: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly etag: string | undefined;
};

/** Undefined when nothing of the object lies in the range. */
async function ask(
  place: S3Place,
  { key, name, start, end, etag }: Wanted,
): Promise<GetObjectCommandOutput | undefined> {
  const isWhole = start === 0 && end === Number.POSITIVE_INFINITY;
  try {
    return await place.client.send(
      new GetObjectCommand({
        Bucket: place.bucket,
        Key: name,
        ...(!isWhole && { Range: `bytes=${start}-${Number.isFinite(end) ? end - 1 : ''}` }),
        ...(etag !== undefined && { IfMatch: etag }),
      }),
    );
  } catch (error) {
    const facts = factsOf(error);
    if (facts.name === 'InvalidRange' || facts.status === 416) return undefined;
    if (isTaken(error))
      throw new StorageError(
        'storage_failed',
        `${key} in ${place.location} was replaced while it was read; read it again from its beginning.`,
        { isTransient: false },
      );
    if (isMissing(facts)) throw missing(place, key);
    throw fromS3(error, place, { what: `read ${key}`, right: 's3:GetObject' });
  }
}

/** How many bytes the answer will have, which is less than was asked for where the object ends. */
function lengthOf(
  { ContentLength, ContentRange }: GetObjectCommandOutput,
  place: S3Place,
  { what, position, end }: { readonly what: string; readonly position: number; readonly end: number },
): number {
  const wasRange = position > 0 || Number.isFinite(end);
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(ContentRange ?? '') ?? [];
  const isWhatWasAsked =
    !wasRange || (Number(first) === position && Number(last) === Math.min(end, Number(total)) - 1);
  if (isWhatWasAsked && ContentLength !== undefined) return ContentLength;
  throw new StorageError(
    'storage_failed',
    `${place.server} was to ${what} in ${place.location} from byte ${position} and answered with other bytes (${ContentRange ?? 'no range'}, length ${ContentLength ?? 'unknown'}); look for a proxy or cache between that changes answers.`,
    { isTransient: false },
  );
}

const missing = (place: S3Place, key: string): StorageError =>
  new StorageError(
    'object_missing',
    `${key} is not in ${place.location}; list the storage to see what there is.`,
  );
