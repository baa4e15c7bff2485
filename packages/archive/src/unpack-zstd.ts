import { createHash, hash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { ArchiveError } from './archive-error.ts';
import type { ArchiveHeader } from './archive.ts';
import type { ByteReader } from './byte-reader.ts';
import {
  isFooter,
  isIndex,
  MAX_FRAME_BYTES,
  parseFooter,
  parseHeader,
  parseIndex,
  SEGMENT_ENTRIES,
  ENTRY_BYTES,
  SKIPPABLE_MAGIC,
  ZSTD_MAGIC,
} from './frames.ts';
import { MAX_CHUNK_BYTES } from './gear.ts';
import { mapInOrder } from './map-in-order.ts';
import type { Counted } from './pack-zstd.ts';
import { readZstdFrame } from './zstd-frame.ts';

const decompress = promisify(zstdDecompress);
const MAX_META_BYTES = 24 + SEGMENT_ENTRIES * ENTRY_BYTES + MAX_FRAME_BYTES;

type Part = { readonly at: number } & ({ readonly chunk: Buffer } | { readonly meta: Buffer });
type Seen = { readonly sha256: Buffer; readonly rawBytes: number; readonly storedBytes: number };

/** The raw bytes of a zstd archive of ours. Ends normally only after a footer that agrees with everything before it. */
export async function* unpackZstd(
  reader: ByteReader,
  depth: number,
  counted: Counted,
  onHeader: (header: ArchiveHeader) => void,
): AsyncGenerator<Uint8Array> {
  const raw = createHash('sha256');
  const meta = createHash('sha256');
  let pending: Seen[] = [];
  let segments = 0;
  let lastSegmentAt = 0;
  let header = false;
  let footer = false;

  const onMeta = (payload: Buffer, at: number): void => {
    if (footer) throw new ArchiveError('archive_corrupt', `There is more after the footer, at byte ${at}.`);
    if (!header) {
      const { version, archiveId } = parseHeader(payload);
      header = true;
      meta.update(payload);
      onHeader({ codec: 'zstd', version, archiveId });
    } else if (isIndex(payload)) {
      const { segment, previousAt, entries } = parseIndex(payload);
      const agrees =
        segment === segments &&
        previousAt === lastSegmentAt &&
        entries.length === pending.length &&
        entries.every((entry, index) => {
          const seen = pending[index];
          return (
            seen?.rawBytes === entry.rawBytes &&
            seen.storedBytes === entry.storedBytes &&
            seen.sha256.equals(entry.sha256)
          );
        });
      if (!agrees)
        throw new ArchiveError(
          'archive_corrupt',
          `The index at byte ${at} does not describe the chunks before it.`,
        );
      meta.update(payload);
      pending = [];
      segments += 1;
      lastSegmentAt = at;
    } else if (isFooter(payload)) {
      const said = parseFooter(payload);
      counted.rawSha256 = raw.digest('hex');
      const agrees =
        pending.length === 0 &&
        said.segments === segments &&
        said.lastSegmentAt === lastSegmentAt &&
        said.chunks === counted.chunks &&
        said.rawBytes === counted.rawBytes &&
        said.rawSha256 === counted.rawSha256 &&
        said.metaSha256 === meta.digest('hex');
      if (!agrees)
        throw new ArchiveError('archive_corrupt', 'The footer does not agree with the archive before it.');
      footer = true;
    } else {
      throw new ArchiveError('archive_corrupt', `The frame at byte ${at} is of no kind that we write.`);
    }
  };

  for await (const part of mapInOrder(frames(reader), depth, decode)) {
    if ('meta' in part) {
      onMeta(part.meta, part.at);
      continue;
    }
    if (!header) throw new ArchiveError('archive_foreign', 'The file is zstd, but has no header of ours.');
    if (footer)
      throw new ArchiveError('archive_corrupt', `There is more after the footer, at byte ${part.at}.`);
    const { seen, bytes } = part;
    raw.update(seen.sha256);
    counted.rawBytes += bytes.length;
    counted.chunks += 1;
    pending.push(seen);
    if (pending.length > SEGMENT_ENTRIES)
      throw new ArchiveError('archive_corrupt', `An index is missing before byte ${part.at}.`);
    yield bytes;
  }
  if (!footer)
    throw new ArchiveError(
      'archive_truncated',
      `The archive ends after byte ${reader.position} without its footer.`,
    );
}

async function decode(
  part: Part,
): Promise<
  | { readonly at: number; readonly meta: Buffer }
  | { readonly at: number; readonly seen: Seen; readonly bytes: Buffer }
> {
  if ('meta' in part) return part;
  try {
    const bytes = await decompress(part.chunk, { maxOutputLength: MAX_CHUNK_BYTES });
    const sha256 = hash('sha256', bytes, 'buffer');
    return { at: part.at, bytes, seen: { sha256, rawBytes: bytes.length, storedBytes: part.chunk.length } };
  } catch (cause) {
    throw new ArchiveError('archive_corrupt', `The chunk at byte ${part.at} cannot be decoded.`, { cause });
  }
}

async function* frames(reader: ByteReader): AsyncGenerator<Part> {
  while (!(await reader.atEnd())) {
    const at = reader.position;
    const magic = await reader.read(4);
    if (!magic)
      throw new ArchiveError(
        'archive_truncated',
        `The archive ends in the middle of a frame, after byte ${at}.`,
      );
    const kind = magic.readUInt32LE(0);
    if (kind === ZSTD_MAGIC) yield { at, chunk: await readZstdFrame(reader, magic) };
    else if (kind === SKIPPABLE_MAGIC) yield { at, meta: await readSkippable(reader, at) };
    else throw new ArchiveError('archive_corrupt', `The bytes at ${at} begin no frame.`);
  }
}

async function readSkippable(reader: ByteReader, at: number): Promise<Buffer> {
  const length = (await reader.read(4))?.readUInt32LE(0);
  if (length !== undefined && length > MAX_META_BYTES)
    throw new ArchiveError('archive_corrupt', `The frame at byte ${at} is longer than any of ours.`);
  const payload = length === undefined ? undefined : await reader.read(length);
  if (!payload)
    throw new ArchiveError('archive_truncated', `The archive ends in the middle of the frame at byte ${at}.`);
  return Buffer.from(payload);
}
