import { StorageError } from './storage-error.ts';

/** What file systems allow for one name, in bytes; `.part` must still fit. */
const MAX_SEGMENT_BYTES = 250;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const FORBIDDEN = /[\u0000-\u001f\u007f\\]/;

/** The segments of a key; throws path_refused for whatever could mean another place than it says. */
export function safeSegments(key: string): readonly string[] {
  const segments = key.split('/');
  const reason = refusal(key, segments);
  if (reason === undefined) return segments;
  throw new StorageError(
    'path_refused',
    `"${key.slice(0, 80).replace(/[^ -~]/g, '?')}" is no name for an object: ${reason}.`,
  );
}

function refusal(key: string, segments: readonly string[]): string | undefined {
  if (key === '') return 'it is empty';
  if (FORBIDDEN.test(key)) return 'it has control characters or a backslash';
  for (const segment of segments) {
    if (segment === '') return 'it has an empty part';
    if (segment.startsWith('.')) return 'a part of it begins with a dot';
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
      return `a part of it is longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return undefined;
}
