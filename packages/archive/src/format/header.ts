import { ArchiveError } from '../archive-error.ts';

/** The header's payload begins with this in every version, and no other file's does. */
export const HEADER_TAG = 'HOLDFAST';
export const FORMAT_VERSION = 1;
/** A backup that needs no other. */
const KIND_FULL = 1;
const FIXED_BYTES = 28;
/** Fields from here on change the meaning of the archive: who does not know one must not read on. */
const FIRST_CRITICAL_FIELD = 0x8000;

export type HeaderFields = { readonly version: number; readonly archiveId: string };

export function headerPayload(archiveId: string): Buffer {
  const payload = Buffer.alloc(FIXED_BYTES);
  payload.write(HEADER_TAG, 0, 'latin1');
  payload.writeUInt8(FORMAT_VERSION, 8);
  payload.writeUInt8(KIND_FULL, 9);
  payload.write(archiveId.replaceAll('-', ''), 12, 'hex');
  return payload;
}

/** Throws archive_foreign, archive_unsupported, archive_corrupt. */
export function parseHeader(payload: Buffer): HeaderFields {
  if (payload.toString('latin1', 0, HEADER_TAG.length) !== HEADER_TAG)
    throw new ArchiveError('archive_foreign', 'The file does not begin with our header.');
  if (payload.length < FIXED_BYTES) throw new ArchiveError('archive_corrupt', 'The header is too short.');
  const version = payload.readUInt8(8);
  const kind = payload.readUInt8(9);
  const flags = payload.readUInt16LE(10);
  if (version !== FORMAT_VERSION || kind !== KIND_FULL || flags !== 0) {
    throw new ArchiveError(
      'archive_unsupported',
      `The archive is of format ${version}, kind ${kind}, flags ${flags}; this release reads format ${FORMAT_VERSION}, kind ${KIND_FULL}, flags 0.`,
    );
  }
  checkFields(payload.subarray(FIXED_BYTES));
  const hex = payload.toString('hex', 12, FIXED_BYTES);
  return { version, archiveId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
}

/** Fields that later releases may add: type u16, length u16, value. Format 1 writes none. */
function checkFields(fields: Buffer): void {
  let at = 0;
  while (at < fields.length) {
    const length = at + 4 <= fields.length ? 4 + fields.readUInt16LE(at + 2) : Number.POSITIVE_INFINITY;
    if (at + length > fields.length)
      throw new ArchiveError('archive_corrupt', 'A field of the header is cut.');
    const type = fields.readUInt16LE(at);
    if (type >= FIRST_CRITICAL_FIELD) {
      throw new ArchiveError(
        'archive_unsupported',
        `The header has field ${type}, which this release does not know.`,
      );
    }
    at += length;
  }
}
