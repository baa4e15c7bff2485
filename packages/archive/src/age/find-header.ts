import { AgeError } from './age-error.ts';

/** Of any version. */
const MARK = 'age-encryption.org/';
export const VERSION_LINE = `${MARK}v1\n`;
const ARMOR_MARK = '-----BEGIN AGE';

/** About 650 recipients. Whatever calls itself an age file must not make us read on for ever. */
export const MAX_HEADER_BYTES = 65_536;

/** Whether it begins like an age file; 19 bytes suffice. */
export const isAge = (start: Uint8Array): boolean => latin1(start, MARK.length) === MARK;

/**
 * Length of the header that `start` begins with; undefined while its end is not there. Throws archive_foreign, and for a
 * header that cannot have an end: archive_truncated when `nothingFollows`, archive_corrupt.
 */
export function findHeader(start: Buffer, nothingFollows: boolean): number | undefined {
  if (!VERSION_LINE.startsWith(latin1(start, VERSION_LINE.length))) throw foreign(start);
  // No line but the last begins with a dash.
  const lastLineAt = start.indexOf('\n---', VERSION_LINE.length - 1) + 1;
  const endsAt = lastLineAt > 0 ? start.indexOf('\n', lastLineAt) : -1;
  if (endsAt >= 0 && endsAt < MAX_HEADER_BYTES) return endsAt + 1;
  if (start.length >= MAX_HEADER_BYTES)
    throw new AgeError('archive_corrupt', `The header has no end within ${MAX_HEADER_BYTES} bytes.`);
  if (!nothingFollows) return undefined;
  // A cut header is text to its end; other bytes are a payload whose header lost its last line.
  if (/[^\n -~]/.test(start.toString('latin1')))
    throw new AgeError('archive_corrupt', 'The header was changed: its last line is missing.');
  throw new AgeError('archive_truncated', `The file ends at byte ${start.length}, within its header.`);
}

function foreign(start: Buffer): AgeError {
  if (isAge(start)) return new AgeError('archive_foreign', 'It is an age file of another version than 1.');
  return latin1(start, ARMOR_MARK.length) === ARMOR_MARK
    ? new AgeError('archive_foreign', 'It is an age file in text armor, only binary ones are read.')
    : new AgeError('archive_foreign', 'It is no age file.');
}

const latin1 = (bytes: Uint8Array, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', 0, length);
