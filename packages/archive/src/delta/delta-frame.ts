import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { OUTPUT_BYTES } from '../framing/framing.ts';
import { parseZstdHeader } from '../framing/zstd-frame.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/**
 * zstd's quickest search, with a table large enough for base and chunk: with level 1's own the base is forgotten before it
 * is found (18 % instead of 0.6 % for a chunk with 1 % of its rows changed); level 3 costs a quarter more time for nothing.
 */
const LEVEL = 1;
const HASH_LOG = 17;
/** Base and chunk together: the largest have 1 MiB each. */
const WINDOW_LOG = 21;
/** What a base would have to begin with to be taken for a trained dictionary instead of content. */
const TRAINED_DICTIONARY_MAGIC = 0xec30a437;

/** Whether zstd takes these bytes as what they are. */
export const canBeBase = (raw: Buffer): boolean =>
  raw.length >= 8 && raw.readUInt32LE(0) !== TRAINED_DICTIONARY_MAGIC;

/** One zstd frame that decodes to `chunk` with `base` as raw dictionary. On the thread pool. */
export const compressDelta = (chunk: Uint8Array, base: Buffer): Promise<Buffer> =>
  compress(chunk, {
    chunkSize: OUTPUT_BYTES,
    dictionary: base,
    pledgedSrcSize: chunk.length, // else the frame would not tell its size
    params: {
      [constants.ZSTD_c_compressionLevel]: LEVEL,
      [constants.ZSTD_c_checksumFlag]: 1,
      [constants.ZSTD_c_windowLog]: WINDOW_LOG,
      [constants.ZSTD_c_hashLog]: HASH_LOG,
    },
  });

/** Never gives more than `rawBytes`; throws zlib's error, or one of its own where the frame says another size. */
export async function decompressDelta(stored: Buffer, base: Buffer, rawBytes: number): Promise<Buffer> {
  if (parseZstdHeader(stored).contentBytes !== rawBytes)
    throw new Error(`the frame does not say ${rawBytes} bytes`);
  return decompress(stored, {
    dictionary: base,
    chunkSize: Math.max(64, rawBytes + 1), // one trip to the pool: a full buffer would make Node ask for more
    maxOutputLength: Math.max(1, rawBytes),
  });
}
