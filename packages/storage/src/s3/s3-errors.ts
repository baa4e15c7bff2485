import { StorageError } from '../storage-error.ts';
import type { S3Place } from './s3-place.ts';

/** What a request is for, as its failure is told. */
export type Doing = {
  /** `write app/a.dump` */
  readonly what: string;
  /** The right it needs: `s3:PutObject`. */
  readonly right: string;
};
type Where = Pick<S3Place, 'bucket' | 'location' | 'server'>;

/** What the SDK's errors tell. A network error has a system's code, a server's answer a name and a status. */
export type S3Facts = {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
};

export function factsOf(error: unknown): S3Facts {
  const { name, message, code, $metadata } = error as {
    readonly name?: string;
    readonly message?: string;
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  }; // whatever it is, these may be there
  const systemCode = typeof code === 'string' ? code : undefined;
  return {
    name: systemCode ?? name ?? 'Error',
    message: message ?? String(error),
    status: $metadata?.httpStatusCode,
  };
}

/** `If-None-Match: *` held: something has that name. */
export const isTaken = (error: unknown): boolean =>
  factsOf(error).name === 'PreconditionFailed' || factsOf(error).status === 412;

/** Another writer of the same name was at work at that moment; ask again. */
export const isConflict = (error: unknown): boolean =>
  factsOf(error).name === 'ConditionalRequestConflict' ||
  (factsOf(error).name === 'OperationAborted' && factsOf(error).status === 409);

/** Not there. A missing bucket is another thing, and a HEAD cannot tell them apart. */
export const isMissing = ({ name, status }: S3Facts): boolean =>
  name !== 'NoSuchBucket' && name !== 'NoSuchUpload' && (name === 'NoSuchKey' || status === 404);

/** The server refused for a reason of the request's own: there is nothing to look for. */
export function isRefusal(error: unknown): boolean {
  const { name, status } = factsOf(error);
  if (name === 'NoSuchUpload' || isTaken(error) || isConflict(error)) return false;
  return status !== undefined && status >= 400 && status < 500 && status !== 408;
}

const WRITE_RIGHTS = ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];
const CREDENTIALS = [
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidToken',
  'TokenRefreshRequired',
  'NotSignedUp',
  'UnrecognizedClientException',
];
const OTHER_REGION = [
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
];
const FULL = /^(EntityTooLarge|InsufficientStorage|.*QuotaExceeded|.*StorageFull)$/;
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const LOST = ['ShortBody', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'TimeoutError', 'RequestTimeout'];
const BUSY = [409, 429, 500, 502, 503, 504];

/** The StorageError behind what S3 or the way to it said. */
export function fromS3(error: unknown, where: Where, doing: Doing): StorageError {
  if (error instanceof StorageError) return error;
  const facts = factsOf(error);
  const { code, sentence, isTransient } = judge(facts, where, doing);
  return new StorageError(code, sentence, { cause: trimmed(facts), isTransient });
}

/** `work`, its failure told as a StorageError. */
export async function doing<T>(where: Where, what: string, right: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw fromS3(error, where, { what, right });
  }
}

type Judged = Pick<StorageError, 'code' | 'isTransient'> & { readonly sentence: string };

function judge({ name, message, status }: S3Facts, where: Where, { what, right }: Doing): Judged {
  const { bucket, location, server } = where;
  const permanent = (code: StorageError['code'], sentence: string): Judged => ({
    code,
    sentence,
    isTransient: false,
  });
  const passing = (sentence: string): Judged => ({ code: 'storage_failed', sentence, isTransient: true });

  if (name === 'NoSuchBucket')
    return permanent(
      'storage_missing',
      `The bucket ${bucket} does not exist on ${server}; make it, or correct the destination.`,
    );
  if (FULL.test(name) || status === 507)
    return permanent(
      'storage_full',
      `${location} has no room to ${what} (${name}); raise its quota or remove backups, then try again.`,
    );
  if (name === 'CredentialsProviderError')
    return permanent(
      'storage_failed',
      `There are no credentials to ${what} in ${location}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile.`,
    );
  if (CREDENTIALS.includes(name))
    return permanent(
      'storage_failed',
      `${server} refuses the credentials for ${location} (${name}); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile.`,
    );
  if (name === 'RequestTimeTooSkewed')
    return permanent(
      'storage_failed',
      `${server} refuses to ${what} in ${location} because this machine's clock is wrong; set it.`,
    );
  if (OTHER_REGION.includes(name) || status === 301 || message.startsWith('Region is missing'))
    return permanent(
      'storage_failed',
      `${location} is not in the region it was asked for in (${message}); name its region in the destination: region=eu-central-1.`,
    );
  if (name === 'InvalidObjectState')
    return permanent(
      'storage_failed',
      `${location} cannot ${what}: it was moved to an archive class; restore it there first, and except it from that lifecycle rule.`,
    );
  if (name === 'NoSuchUpload')
    return permanent(
      'storage_failed',
      `The unfinished upload was removed from ${location} by a clean-up while it was to ${what}; try again.`,
    );
  if (status === 403 || name === 'AccessDenied')
    return permanent(
      WRITE_RIGHTS.includes(right) ? 'storage_read_only' : 'storage_failed',
      // The answer to a HEAD has no body, and does not tell wrong credentials from a missing right.
      `${location} refuses to ${what} (${name === 'AccessDenied' ? name : '403'}); ${name === 'AccessDenied' ? '' : 'check the credentials, and '}give the account the right ${right} there.`,
    );
  if (UNREACHABLE.includes(name))
    return passing(
      `${server} cannot be reached to ${what} in ${location} (${name}); check the endpoint and the network, then try again.`,
    );
  if (LOST.includes(name))
    return passing(
      `The connection to ${server} was lost while it was to ${what} in ${location} (${name}); check the network, then try again.`,
    );
  if (status !== undefined && BUSY.includes(status))
    return passing(
      `${server} failed to ${what} in ${location} (${name}, ${status}); try again later, and see its status page or log.`,
    );
  const wasRefused = status !== undefined && status >= 400;
  const sentence = `${server} failed to ${what} in ${location} (${name}: ${message}); ${wasRefused ? 'check the settings of the destination' : 'try again'}.`;
  return wasRefused ? permanent('storage_failed', sentence) : passing(sentence);
}

/** The SDK's own error holds the request with its signature, and would carry it into logs. */
const trimmed = ({ name, message, status }: S3Facts): Error =>
  Object.assign(new Error(`${name}: ${message}`), status !== undefined && { status });
