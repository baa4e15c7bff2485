import { Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ArchiveError } from '../archive-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import { tallyRaw, type Tally } from '../tally.ts';
import { zstdFrames } from './zstd-frames.ts';

/**
 * What a `.zst` or `.gz` file decodes to that others made. Such checksums as it has are held, but a file cut between two frames
 * ends normally: nothing in it says how long it was.
 */
export function readForeign(
  reader: ByteReader,
  codec: 'zstd' | 'gzip',
  tally: Tally,
): AsyncGenerator<Uint8Array> {
  return tallyRaw(codec === 'zstd' ? readZstd(reader, tally) : readGzip(reader, tally), tally);
}

async function* readZstd(reader: ByteReader, tally: Tally): AsyncGenerator<Uint8Array> {
  // A decoder for each frame: Node's ends with the first and takes what follows for garbage.
  for await (const frame of zstdFrames(reader, (bytes) => tally.addStored(bytes)))
    yield* decodeWith(createZstdDecompress(), frame);
}

async function* readGzip(reader: ByteReader, tally: Tally): AsyncGenerator<Uint8Array> {
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const bytes of reader.rest()) {
      tally.addStored(bytes);
      yield bytes;
    }
  };
  yield* decodeWith(createGunzip(), counted());
}

async function* decodeWith(decoder: Duplex, stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const failures: unknown[] = [];
  // Two generators: a failing decoder throws its error into the one that feeds it, which must not pass for the source's.
  const noted = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* stored;
    } catch (error) {
      failures.push(error);
      throw error;
    }
  };
  const feed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const bytes of noted()) yield bytes;
  };
  const feeding = pipeline(Readable.from(feed(), { objectMode: false }), decoder);
  feeding.catch(() => undefined); // the same error ends the reading below
  try {
    yield* decoder as AsyncIterable<Uint8Array>; // zlib's streams give Buffers
    await feeding;
  } catch (error) {
    throw failures.length > 0 ? failures[0] : decodingError(error);
  }
}

function decodingError(cause: unknown): unknown {
  const { code = '' } = cause as NodeJS.ErrnoException; // zlib's errors carry one
  if (code === 'Z_BUF_ERROR')
    return new ArchiveError('archive_truncated', 'The compressed data ends too early.', { cause });
  return code.startsWith('Z_') || code.startsWith('ZSTD_')
    ? new ArchiveError('archive_corrupt', 'The compressed data cannot be decoded.', { cause })
    : cause;
}
