import type { TransformOptions } from 'node:stream';
import { constants, createZstdCompress, type ZstdCompress, type ZstdOptions } from 'node:zlib';
import { MAX_FRAME_BYTES } from './framing.ts';

/** What results are cut from: several frames of text each. */
const OUTPUT_BYTES = 1024 * 1024;
/** As many as are in use at once by default; each keeps a megabyte or two, at high levels more. */
const MAX_IDLE = 4;

const idle = new Map<number, ZstdCompress[]>();

/**
 * One frame of `chunk`, which is not empty, on the thread pool. Contexts are used again: making one for each frame costs a
 * fifth more, and V8 collects garbage for the sake of them. What came before has no influence on a frame.
 */
export async function zstdFrameOf(chunk: Uint8Array, level: number): Promise<Buffer> {
  const compressor = idle.get(level)?.pop() ?? open(level);
  const frame = await compress(compressor, chunk);
  const others = idle.get(level) ?? [];
  if (others.length < MAX_IDLE) idle.set(level, [...others, compressor]);
  else compressor.destroy();
  return frame;
}

function open(level: number): ZstdCompress {
  const options: ZstdOptions & Pick<TransformOptions, 'readableHighWaterMark'> = {
    // Each write ends its frame; so zstd knows the size of the content before it begins, and tells it in the header.
    flush: constants.ZSTD_e_end,
    chunkSize: OUTPUT_BYTES,
    // A frame is taken out whole.
    readableHighWaterMark: 2 * MAX_FRAME_BYTES,
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
      // For small sources zstd takes matches of 4 bytes at this level: 4 % more output for COPY text.
      ...(level === 3 ? { [constants.ZSTD_c_minMatch]: 5 } : {}),
    },
  };
  return createZstdCompress(options);
}

/** The compressor is not to be used again when it throws. */
function compress(compressor: ZstdCompress, chunk: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    compressor.once('error', reject);
    compressor.write(chunk, (error) => {
      compressor.off('error', reject);
      const frame = compressor.read() as Buffer | null; // without an encoding
      if (error) reject(error);
      else if (frame === null) reject(new Error(`zstd made nothing of ${chunk.length} bytes`));
      else resolve(frame);
    });
  });
}
