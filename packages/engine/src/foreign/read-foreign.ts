import { createHash } from 'node:crypto';
import { unpackArchive } from '@holdfast/archive';
import { HoldfastError, type ForeignBackup } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import { limitExpansion } from './limit-expansion.ts';

/** What it unpacks to, whatever its name says. */
export type ForeignKind = {
  readonly kind: ForeignBackup['kind'];
  /** Client tools of an older major than this server's cannot read it; 0 where any can. */
  readonly toolsVersion: number;
};

/** [BACKUP_FOREIGN_MAX_SIZE] */
const MAX_BYTES = 1e12;

const MAGIC = 'PGDMP';
/** Magic, then the version of pg_dump's format: major, minor, revision. */
const START_BYTES = 8;
const MINOR_AT = 6;

/**
 * The unpacked bytes of a file that we did not make. `onStored` hears how much of the file was read. Throws archive_truncated,
 * archive_corrupt (also for one that expands without end, or is not what was uploaded), object_missing.
 */
export function readForeign(
  context: EngineContext,
  file: ForeignBackup,
  onStored?: (storedBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let storedBytes = 0;
  const stored = storedBytesOf(context, file, (bytes) => {
    storedBytes = bytes;
    onStored?.(bytes);
  });
  const archive = unpackArchive(stored, { signal: context.signal, foreign: true });
  // Both are awaited by nobody when the reader stops early.
  archive.header.catch(() => undefined);
  archive.totals.catch(() => undefined);
  return limitExpansion(archive.bytes, {
    filename: file.filename,
    maxBytes: context.foreignMaxBytes ?? MAX_BYTES,
    storedBytes: () => storedBytes,
  });
}

/** Looks at the beginning: a name can be wrong, and many a `.dump` is plain SQL. */
export async function kindOf(context: EngineContext, file: ForeignBackup): Promise<ForeignKind> {
  let start = Buffer.alloc(0);
  for await (const bytes of readForeign(context, file)) {
    start = Buffer.concat([start, bytes.subarray(0, START_BYTES)]);
    if (start.length >= START_BYTES) break;
  }
  return kindBy(start);
}

/** By the first bytes of what was unpacked. Pure. */
export function kindBy(start: Uint8Array): ForeignKind {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return { kind: 'plain', toolsVersion: 0 };
  // 1.14 is written by 12 to 15, 1.15 by 16, 1.16 by 17 and 18.
  const minor = bytes[MINOR_AT] ?? 0;
  return { kind: 'custom', toolsVersion: minor >= 16 ? 170_000 : minor === 15 ? 160_000 : 0 };
}

/** The last bytes of an uploaded file are given only when it is still what was uploaded. */
async function* storedBytesOf(
  { repository: { storage }, signal }: EngineContext,
  { key, sizeBytes, sha256 }: ForeignBackup,
  onBytes: (storedBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  let seen = 0;
  for await (const bytes of storage.get(key)) {
    signal.throwIfAborted();
    hash?.update(bytes);
    seen += bytes.length;
    onBytes(seen);
    if (hash && seen >= sizeBytes && (seen > sizeBytes || hash.copy().digest('hex') !== sha256)) {
      throw new HoldfastError(
        'archive_corrupt',
        `${storage.location}/${key} is not what was uploaded: its sha256 differs. Upload it again.`,
      );
    }
    yield bytes;
  }
}
