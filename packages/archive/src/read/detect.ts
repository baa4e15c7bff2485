import { ArchiveError } from '../archive-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import type { ReadOptions } from '../archive.ts';
import { HEADER_TAG } from '../format/header.ts';
import type { Framing } from '../framing/framing.ts';
import { STOP_FRAME } from '../framing/hfd.ts';
import { gzipFraming } from '../framing/gzip-framing.ts';
import { isSkippableMagic, zstdFraming } from '../framing/zstd-framing.ts';
import { ZSTD_MAGIC } from '../framing/zstd-frame.ts';

/** How a file is to be read. */
export type Detected =
  | { readonly kind: 'ours'; readonly framing: Framing; readonly preambleBytes: number }
  | { readonly kind: 'foreign'; readonly codec: 'zstd' | 'gzip' }
  | { readonly kind: 'plain' };

/** What pg_dump's custom format begins with. */
const PG_DUMP = 'PGDMP';
const GZIP_MAGIC = 0x8b1f;
/** What stands before our tag, and the tag, in any framing. */
export const DETECT_BYTES = 32;

/** Tells by the first bytes, of which `start` has DETECT_BYTES unless the file is shorter. */
export function detect(start: Buffer, options: Pick<ReadOptions, 'codec' | 'foreign'> = {}): Detected {
  if (options.codec === 'none') return { kind: 'plain' };
  const framing = framingOf(start);
  const preambleBytes = start.subarray(0, STOP_FRAME.length).equals(STOP_FRAME) ? STOP_FRAME.length : 0;
  const isOurs =
    framing && start.toString('latin1', preambleBytes + framing.payloadAt).startsWith(HEADER_TAG);
  if (!isOurs && start.length < DETECT_BYTES && mayBeCut(start))
    throw new ArchiveError('archive_truncated', `The file has only ${start.length} bytes.`);
  if (options.codec !== undefined && framing?.codec !== options.codec) {
    const found = framing?.codec ?? 'something else';
    throw new ArchiveError('archive_corrupt', `The file is ${found}, its manifest says ${options.codec}.`);
  }
  if (isOurs) return { kind: 'ours', framing, preambleBytes };
  if (options.foreign) return framing ? { kind: 'foreign', codec: framing.codec } : { kind: 'plain' };
  if (start.toString('latin1', 0, PG_DUMP.length) === PG_DUMP) return { kind: 'plain' };
  throw new ArchiveError(
    'archive_foreign',
    framing ? `The file is ${framing.codec}, but has no header of ours.` : 'The file begins like no archive.',
  );
}

function framingOf(start: Buffer): Framing | undefined {
  if (start.length >= 2 && start.readUInt16LE(0) === GZIP_MAGIC) return gzipFraming;
  if (start.length < 4) return undefined;
  const magic = start.readUInt32LE(0);
  return magic === ZSTD_MAGIC || isSkippableMagic(magic) ? zstdFraming : undefined;
}

/** Whether it is the beginning of something that we write, and no whole pg_dump archive. */
function mayBeCut(start: Buffer): boolean {
  const text = start.toString('latin1');
  const frameStarts = [zstdFraming.wrap(Buffer.alloc(0)), gzipFraming.wrap(Buffer.alloc(0)), STOP_FRAME].map(
    (each) => each.toString('latin1', 0, 4),
  );
  return (
    frameStarts.some((each) => each.startsWith(text.slice(0, 4))) ||
    (text.length < PG_DUMP.length && PG_DUMP.startsWith(text))
  );
}

/** The first bytes of a stream, left in place. */
export async function peekStart(reader: ByteReader): Promise<Buffer> {
  let length = DETECT_BYTES;
  while (!(await reader.has(length))) length -= 1;
  return reader.peek(0, length);
}
