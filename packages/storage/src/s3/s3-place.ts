import { S3Client, type StorageClass } from '@aws-sdk/client-s3';
import { isSafeKey, safeSegments } from '../safe-key.ts';
import { StorageError } from '../storage-error.ts';
import { isArchive } from './archive-classes.ts';
import { inTurns } from './in-turn.ts';
import { MAX_PART_BYTES, MIN_PART_BYTES } from './plan-part-bytes.ts';
import type { S3Options } from './s3-options.ts';

/** S3 counts the whole name, prefix included. */
const MAX_NAME_BYTES = 1024;
/** Three of them are 48 MiB; 5,000 of them, before they grow, are 78 GiB. */
const DEFAULT_PART_BYTES = 16 << 20;
const CONNECT_TIMEOUT_MS = 10_000;

/** A place in a bucket, and the way to it. */
export type S3Place = {
  readonly client: S3Client;
  readonly bucket: string;
  /** What every name in it begins with: empty, or with a `/` at its end. */
  readonly below: string;
  readonly location: string;
  /** For people. */
  readonly server: string;
  readonly partBytes: number;
  readonly storageClass: StorageClass | undefined;
  readonly hasOldChecksums: boolean;
  /** Whether `If-None-Match: *` may be sent and is honoured. */
  readonly conditionalCreate: boolean;
  /** Runs what is done to one name one after another: what stands in for the condition within this process. */
  readonly inTurn: <T>(name: string, work: () => Promise<T>) => Promise<T>;
};

/** Speaks to nobody yet. */
export function s3Place(options: S3Options, conditionalCreate: boolean): S3Place {
  const { bucket, endpoint, partBytes = DEFAULT_PART_BYTES, checksums = 'when_required' } = options;
  const prefix = options.prefix ?? '';
  if (prefix !== '') safeSegments(prefix);
  if (!Number.isSafeInteger(partBytes) || partBytes < MIN_PART_BYTES || partBytes > MAX_PART_BYTES)
    throw new RangeError(`partBytes ${partBytes} is not between ${MIN_PART_BYTES} and ${MAX_PART_BYTES}`);
  if (isArchive(options.storageClass))
    throw new StorageError(
      'path_refused',
      `Objects of the storage class ${options.storageClass} cannot be read when they are wanted, so no backup there could be validated; use STANDARD_IA or GLACIER_IR.`,
    );
  const mode = checksums === 'when_required' ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
  const region = options.region ?? (endpoint === undefined ? undefined : 'us-east-1');
  return {
    client: new S3Client({
      ...(region !== undefined && { region }),
      ...(endpoint !== undefined && { endpoint }),
      ...(options.credentials && { credentials: options.credentials }),
      forcePathStyle: options.pathStyle ?? endpoint !== undefined,
      maxAttempts: options.maxTries ?? 4,
      requestChecksumCalculation: mode,
      responseChecksumValidation: mode,
      // Not requestTimeout: that is for a whole request, and a part over a slow line may take its time.
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        socketTimeout: options.requestTimeoutMs ?? 120_000,
      },
    }),
    bucket,
    below: prefix === '' ? '' : `${prefix}/`,
    location: `s3://${bucket}${prefix && `/${prefix.split('/').map(encodeURIComponent).join('/')}`}`,
    server: endpoint ?? `AWS${region === undefined ? '' : ` in ${region}`}`,
    partBytes,
    storageClass: options.storageClass as StorageClass | undefined, // the SDK's list is open: servers have classes of their own
    hasOldChecksums: checksums === 'when_required',
    conditionalCreate,
    inTurn: inTurns(),
  };
}

/** What an object is called in the bucket; throws path_refused. */
export function nameOf(place: S3Place, key: string): string {
  const name = place.below + safeSegments(key).join('/');
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  throw new StorageError(
    'path_refused',
    `A name below ${place.location} is longer than the ${MAX_NAME_BYTES} bytes that S3 allows; use a shorter prefix or name.`,
  );
}

/** The key of what is called `name` in the bucket, if it is one that we could have written. */
export function keyOf(place: S3Place, name: string | undefined): string | undefined {
  if (!name?.startsWith(place.below)) return undefined;
  const key = name.slice(place.below.length);
  return isSafeKey(key) ? key : undefined;
}

/** What names that belong to a listing begin with; throws path_refused where `prefix` leads out. */
export function listed(place: S3Place, prefix: string): string {
  const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
  if (folder !== '') safeSegments(folder);
  return place.below + prefix;
}
