import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ArchiveError } from '../archive-error.ts';
import { tallyRaw, type Tally } from '../tally.ts';

/**
 * What a `.zst` or `.gz` file decodes to that others made. Its own checksums are held, but a file cut between two frames
 * ends normally: nothing in it says how long it was.
 */
export async function* readForeign(
  stored: AsyncIterable<Uint8Array>,
  codec: 'zstd' | 'gzip',
  tally: Tally,
): AsyncGenerator<Uint8Array> {
  let sourceFailed = false;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of stored) {
        tally.addStored(bytes);
        yield bytes;
      }
    } catch (error) {
      sourceFailed = true;
      throw error;
    }
  }
  const decoder = codec === 'zstd' ? createZstdDecompress() : createGunzip();
  const feeding = pipeline(Readable.from(watched(), { objectMode: false }), decoder);
  feeding.catch(() => undefined); // the same error ends the reading below
  try {
    yield* tallyRaw(decoder as AsyncIterable<Uint8Array>, tally); // its chunks are Buffers
    await feeding;
  } catch (error) {
    if (sourceFailed) throw error;
    throw decodingError(error, codec);
  }
}

function decodingError(cause: unknown, codec: string): unknown {
  const { code = '' } = cause as NodeJS.ErrnoException; // zlib's errors carry one
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(String(cause)))
    return new ArchiveError('archive_truncated', `The ${codec} data ends too early.`, { cause });
  return code.startsWith('Z_') || code.startsWith('ZSTD_')
    ? new ArchiveError('archive_corrupt', `The ${codec} data cannot be decoded.`, { cause })
    : cause;
}
