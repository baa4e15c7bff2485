import { ArchiveError } from '../archive-error.ts';

/** The header's payload begins with this in every version, and no other file's does. */
export const HEADER_TAG = 'HOLDFAST';
export const FORMAT_VERSION = 1;
const FIXED_BYTES = 28;
/** Fields from here on change the meaning of the archive: who does not know one must not read on. */
const FIRST_CRITICAL_FIELD = 0x8000;
/** The archives that this one builds on, nearest first. */
const ANCESTORS_FIELD = 0x8001;
const ANCESTOR_BYTES = 48;

/** `full` needs no other; the others hold what their parent lacks. */
export type ArchiveKind = 'full' | 'differential' | 'incremental';
const KINDS: readonly ArchiveKind[] = ['full', 'differential', 'incremental'];

export type Ancestor = {
  readonly archiveId: string;
  /** The hash that its footer ends with, hexadecimal: another file of the same id is not taken for it. */
  readonly footerSha256: string;
};
export type HeaderFields = {
  readonly version: number;
  readonly archiveId: string;
  readonly kind: ArchiveKind;
  /** Its parent, the parent's parent, … down to a full; none for a full. */
  readonly ancestors: readonly Ancestor[];
};

export function headerPayload(
  archiveId: string,
  kind: ArchiveKind = 'full',
  ancestors: readonly Ancestor[] = [],
): Buffer {
  const fixed = Buffer.alloc(FIXED_BYTES);
  fixed.write(HEADER_TAG, 0, 'latin1');
  fixed.writeUInt8(FORMAT_VERSION, 8);
  fixed.writeUInt8(KINDS.indexOf(kind) + 1, 9);
  fixed.write(archiveId.replaceAll('-', ''), 12, 'hex');
  return kind === 'full' ? fixed : Buffer.concat([fixed, ancestorsField(ancestors)]);
}

function ancestorsField(ancestors: readonly Ancestor[]): Buffer {
  const field = Buffer.alloc(4 + ancestors.length * ANCESTOR_BYTES);
  field.writeUInt16LE(ANCESTORS_FIELD, 0);
  field.writeUInt16LE(field.length - 4, 2);
  ancestors.forEach(({ archiveId, footerSha256 }, index) => {
    field.write(archiveId.replaceAll('-', ''), 4 + index * ANCESTOR_BYTES, 'hex');
    field.write(footerSha256, 20 + index * ANCESTOR_BYTES, 'hex');
  });
  return field;
}

/** Throws archive_foreign, archive_unsupported, archive_corrupt. */
export function parseHeader(payload: Buffer): HeaderFields {
  if (payload.toString('latin1', 0, HEADER_TAG.length) !== HEADER_TAG)
    throw new ArchiveError('archive_foreign', 'The file does not begin with our header.');
  if (payload.length < FIXED_BYTES) throw new ArchiveError('archive_corrupt', 'The header is too short.');
  const version = payload.readUInt8(8);
  const kindNumber = payload.readUInt8(9);
  const flags = payload.readUInt16LE(10);
  const kind = KINDS[kindNumber - 1];
  if (version !== FORMAT_VERSION || kind === undefined || flags !== 0) {
    throw new ArchiveError(
      'archive_unsupported',
      `The archive is of format ${version}, kind ${kindNumber}, flags ${flags}; this release reads format ${FORMAT_VERSION}, kinds 1 to 3, flags 0.`,
    );
  }
  const ancestors = readFields(payload.subarray(FIXED_BYTES), kind);
  if ((kind === 'full') !== (ancestors.length === 0))
    throw new ArchiveError('archive_corrupt', `The header of a ${kind} names ${ancestors.length} ancestors.`);
  return { version, archiveId: uuidAt(payload, 12), kind, ancestors };
}

export const uuidAt = (bytes: Buffer, at: number): string =>
  bytes.toString('hex', at, at + 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** Fields: type u16, length u16, value. Later releases may add some. */
function readFields(fields: Buffer, kind: ArchiveKind): readonly Ancestor[] {
  let ancestors: readonly Ancestor[] = [];
  let at = 0;
  while (at < fields.length) {
    const length = at + 4 <= fields.length ? 4 + fields.readUInt16LE(at + 2) : Number.POSITIVE_INFINITY;
    if (at + length > fields.length)
      throw new ArchiveError('archive_corrupt', 'A field of the header is cut.');
    const type = fields.readUInt16LE(at);
    if (type === ANCESTORS_FIELD && kind !== 'full')
      ancestors = readAncestors(fields.subarray(at + 4, at + length));
    else if (type >= FIRST_CRITICAL_FIELD) {
      throw new ArchiveError(
        'archive_unsupported',
        `The header has field ${type}, which this release does not know.`,
      );
    }
    at += length;
  }
  return ancestors;
}

function readAncestors(value: Buffer): readonly Ancestor[] {
  if (value.length % ANCESTOR_BYTES !== 0)
    throw new ArchiveError('archive_corrupt', 'The list of ancestors has the wrong length.');
  return Array.from({ length: value.length / ANCESTOR_BYTES }, (_, index) => ({
    archiveId: uuidAt(value, index * ANCESTOR_BYTES),
    footerSha256: value.toString('hex', index * ANCESTOR_BYTES + 16, (index + 1) * ANCESTOR_BYTES),
  }));
}
