import { open, TAG_BYTES } from '../age/aead.ts';
import { readBytes, type ByteReader } from '../byte-reader.ts';
import { buildLookup } from '../delta/lookup.ts';
import { NO_FEATURES } from '../features.ts';
import type { Ancestor } from '../format/header.ts';
import { IdsError } from './ids-error.ts';
import {
  HEAD_BYTES,
  IDS_PER_PIECE,
  idsIn,
  MAX_PIECE_BYTES,
  parseHead,
  parsePieceHead,
  parseTail,
  PIECE_HEAD_BYTES,
  pieceNonce,
  type IdsTail,
} from './ids-format.ts';
import { ID_BYTES, type IndexKey } from './index-key.ts';

/** What a writer knows of an archive that it cannot read: enough to refer to its chunks, not to decode them. */
export type ParentIds = {
  /** The archive and what it builds on, nearest first, as a child names them. */
  readonly lineage: readonly Ancestor[];
  readonly chunks: number;
  readonly rawBytes: number;
  /** The ordinal of the chunk with this hash: looked for at `expected` first. All of the id is compared. */
  find(sha256: Uint8Array, expected: number): number | undefined;
};

/**
 * Reads the ids that `sealIds` wrote for the archive of `archiveId`. Nothing is answered unless every byte of it is the
 * one that was written. Memory: 24 bytes a chunk, and what the lookup takes for the indexed ones. Throws IdsError.
 */
export async function openIds(
  source: AsyncIterable<Uint8Array>,
  { archiveId, key }: { readonly archiveId: string; readonly key: IndexKey },
): Promise<ParentIds> {
  const reader = readBytes(source);
  try {
    const head = await take(reader, HEAD_BYTES);
    const named = parseHead(head);
    if (named.fingerprint !== key.fingerprint)
      throw new IdsError(
        'key_wrong',
        `The chunk ids were made with index key ${named.fingerprint}, and ${key.fingerprint} is given.`,
      );
    if (named.archiveId !== archiveId)
      throw new IdsError('archive_corrupt', `The chunk ids are of archive ${named.archiveId}.`);
    const { pieces, tail } = await readPieces(reader, key.fileKey(head));
    const found = pieces.reduce((sum, piece) => sum + idsIn(piece), 0);
    if (tail.chunks !== found || tail.lineage[0]?.archiveId !== archiveId)
      throw new IdsError('archive_corrupt', 'The chunk ids do not agree with their own end.');
    return { ...tail, find: finder(pieces, found, key) };
  } finally {
    await reader.close();
  }
}

async function readPieces(
  reader: ByteReader,
  fileKey: ReturnType<IndexKey['fileKey']>,
): Promise<{ readonly pieces: readonly Buffer[]; readonly tail: IdsTail }> {
  const pieces: Buffer[] = [];
  for (let index = 0; ; index += 1) {
    const at = reader.position;
    const { sealedBytes, isLast } = parsePieceHead(await take(reader, PIECE_HEAD_BYTES));
    if (sealedBytes < TAG_BYTES || sealedBytes > MAX_PIECE_BYTES) throw changed(at);
    const plain = open(fileKey, pieceNonce(index, isLast), await take(reader, sealedBytes));
    if (!plain) throw changed(at);
    if (!isLast) {
      // Only the last of them may be short: a chunk is found by its number.
      const before = pieces.at(-1);
      if (before && idsIn(before) !== IDS_PER_PIECE) throw changed(at);
      pieces.push(plain);
      continue;
    }
    if (await reader.has(1))
      throw new IdsError(
        'archive_corrupt',
        `The chunk ids go on after their end at byte ${reader.position}.`,
      );
    return { pieces, tail: parseTail(plain) };
  }
}

function finder(pieces: readonly Buffer[], chunks: number, key: IndexKey): ParentIds['find'] {
  const builder = buildLookup(chunks);
  const idAt = (ordinal: number): Buffer => {
    const at = (ordinal % IDS_PER_PIECE) * ID_BYTES;
    return (pieces[Math.floor(ordinal / IDS_PER_PIECE)] ?? Buffer.alloc(0)).subarray(at, at + ID_BYTES);
  };
  for (let ordinal = 0; ordinal < chunks; ordinal += 1) builder.add(idAt(ordinal), NO_FEATURES);
  const lookup = builder.build();
  return (sha256, expected) => {
    const id = key.idOf(sha256);
    const found = lookup.find(id, expected);
    // The lookup goes by half of the id.
    return found !== undefined && id.equals(idAt(found)) ? found : undefined;
  };
}

const changed = (at: number): IdsError =>
  new IdsError(
    'archive_corrupt',
    `The piece of the chunk ids at byte ${at} was changed or is not in its place.`,
  );

async function take(reader: ByteReader, length: number): Promise<Buffer> {
  if (await reader.has(length)) return reader.take(length);
  throw new IdsError('archive_truncated', 'The chunk ids end too early.');
}
