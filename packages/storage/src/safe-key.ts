import { StorageError } from './storage-error.ts';

/** The ending of writes that are not complete; no object's key may have it. */
export const PART = '.part';
/** File systems allow 255 bytes for a name. `.<12 hex digits>.part`, while it is being written, must still fit. */
const MAX_SEGMENT_BYTES = 255 - 18;
/** Linux' PATH_MAX is 4,096 with the folder before it; S3 allows 1,024 for a key. */
const MAX_KEY_BYTES = 1024;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** The segments of an object's key; throws path_refused for whatever could mean another place than it says. */
export function safeSegments(key: string): readonly string[] {
  const segments = key.split('/');
  const reason = key.endsWith(PART) ? `the ending ${PART} is for unfinished writes` : refusal(key, segments);
  if (reason === undefined) return segments;
  throw refused(key, reason);
}

/** The segments of an unfinished write's key. */
export function leftoverSegments(key: string): readonly string[] {
  const segments = key.split('/');
  const reason = key.endsWith(PART)
    ? refusal(key, segments, MAX_SEGMENT_BYTES + 18)
    : 'it is no unfinished write';
  if (reason === undefined) return segments;
  throw refused(key, reason);
}

/** Whether a name found in the storage is one we could have written. */
export function isSafeKey(key: string): boolean {
  return !key.endsWith(PART) && refusal(key, key.split('/')) === undefined;
}

function refusal(
  key: string,
  segments: readonly string[],
  maxSegmentBytes = MAX_SEGMENT_BYTES,
): string | undefined {
  if (key === '') return 'it is empty';
  if (CONTROL.test(key)) return 'it has control characters';
  if (key.includes('\\')) return 'it has a backslash';
  if (!key.isWellFormed()) return 'it is not well-formed Unicode';
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return `it is longer than ${MAX_KEY_BYTES} bytes`;
  for (const segment of segments) {
    if (segment === '') return 'it has an empty part';
    if (segment.startsWith('.')) return 'a part of it begins with a dot';
    if (Buffer.byteLength(segment) > maxSegmentBytes)
      return `a part of it is longer than ${maxSegmentBytes} bytes`;
  }
  return undefined;
}

const refused = (key: string, reason: string): StorageError =>
  new StorageError(
    'path_refused',
    `"${key.slice(0, 80).replace(/[^ -~]/g, '?')}" cannot name an object: ${reason}. Use a relative name of plain parts, like app/backup.dump.`,
  );
