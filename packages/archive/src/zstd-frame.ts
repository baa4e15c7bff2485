import { ArchiveError } from './archive-error.ts';
import type { ByteReader } from './byte-reader.ts';
import { MAX_FRAME_BYTES } from './frames.ts';

const RAW = 0;
const RLE = 1;
const COMPRESSED = 2;

/** How many bytes follow the descriptor byte before the first block (RFC 8878, 3.1.1.1). */
export function frameHeaderBytes(descriptor: number): number {
  const sizeFlag = descriptor >> 6;
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSize = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag;
  const dictionaryId = [0, 1, 2, 4][descriptor & 3] ?? 0;
  return (singleSegment ? 0 : 1) + dictionaryId + contentSize;
}

/**
 * The rest of a zstd frame whose magic `start` was read already. A frame does not say how long it is, so its blocks
 * are walked. Throws archive_truncated, archive_corrupt.
 */
export async function readZstdFrame(reader: ByteReader, start: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [start];
  let total = start.length;
  const take = async (length: number): Promise<Buffer> => {
    if (total + length > MAX_FRAME_BYTES)
      throw new ArchiveError(
        'archive_corrupt',
        `The frame at byte ${reader.position - total} is longer than any of ours.`,
      );
    const bytes = await reader.read(length);
    if (!bytes)
      throw new ArchiveError(
        'archive_truncated',
        `The archive ends in the middle of a frame, after byte ${reader.position}.`,
      );
    parts.push(bytes);
    total += length;
    return bytes;
  };
  const descriptor = (await take(1)).readUInt8(0);
  await take(frameHeaderBytes(descriptor));
  for (;;) {
    const block = (await take(3)).readUIntLE(0, 3);
    const type = (block >> 1) & 3;
    if (type > COMPRESSED)
      throw new ArchiveError('archive_corrupt', `A block near byte ${reader.position} is of no known type.`);
    await take(type === RLE ? 1 : type === RAW || type === COMPRESSED ? block >> 3 : 0);
    if ((block & 1) === 1) break;
  }
  if ((descriptor & 4) !== 0) await take(4);
  return Buffer.concat(parts, total);
}
