import { ArchiveError } from '../archive-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import { parseZstdHeader, ZSTD_MAGIC, zstdBlockBytes, zstdHeaderBytes } from '../framing/zstd-frame.ts';
import { isSkippableMagic } from '../framing/zstd-framing.ts';

/** How much of a skippable frame is held at a time. */
const SKIP_BYTES = 65_536;

/**
 * The frames of any zstd file, each as a stream of its bytes, to be read to its end before the next. Skippable frames are
 * passed over. `onStored` sees every byte of the file. Throws archive_truncated, archive_corrupt.
 */
export async function* zstdFrames(
  reader: ByteReader,
  onStored: (bytes: Uint8Array) => void,
): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const take = async (length: number): Promise<Buffer> => {
    await reader.need(length);
    const bytes = reader.take(length);
    onStored(bytes);
    return bytes;
  };
  async function* frame(): AsyncGenerator<Uint8Array> {
    await reader.need(5);
    const headerBytes = zstdHeaderBytes(reader.peek(4, 1).readUInt8(0));
    const header = await take(headerBytes);
    yield header;
    for (let isLast = false; !isLast;) {
      await reader.need(3);
      const block = zstdBlockBytes(reader.peek(0, 3));
      if (block === undefined)
        throw new ArchiveError(
          'archive_corrupt',
          `The block at byte ${reader.position} is of no known type.`,
        );
      isLast = block.isLast;
      yield await take(block.bytes);
    }
    if (parseZstdHeader(header).hasChecksum) yield await take(4);
  }
  while (await reader.has(1)) {
    await reader.need(4);
    const magic = reader.peek(0, 4).readUInt32LE(0);
    if (magic === ZSTD_MAGIC) {
      yield frame();
    } else if (isSkippableMagic(magic)) {
      let left = (await take(8)).readUInt32LE(4);
      while (left > 0) left -= (await take(Math.min(left, SKIP_BYTES))).length;
    } else {
      throw new ArchiveError('archive_corrupt', `What begins at byte ${reader.position} is no frame.`);
    }
  }
}
