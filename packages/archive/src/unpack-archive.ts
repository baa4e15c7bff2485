import { createHash, hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { ArchiveError } from './archive-error.ts';
import type { ArchiveHeader, ArchiveTotals } from './archive.ts';
import { readBytes } from './byte-reader.ts';
import { cutChunks } from './cut-chunks.ts';
import { SKIPPABLE_MAGIC, ZSTD_MAGIC } from './frames.ts';
import { unpackGzip } from './gzip-codec.ts';
import type { Counted } from './pack-zstd.ts';
import { unpackZstd } from './unpack-zstd.ts';

export type ReadOptions = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: { readonly rawBytes: number; readonly storedBytes: number }) => void;
};

/** What pg_dump's custom format begins with: the only uncompressed archive that we write. */
const PGDMP = Buffer.from('PGDMP', 'latin1');

/**
 * The raw dump in an archive; which codec, the first bytes tell. `bytes` ends normally only when the archive is whole
 * and unchanged; otherwise ArchiveError. Uncompressed archives protect nothing by themselves: their manifest does.
 */
export function unpackArchive(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly header: Promise<ArchiveHeader>;
  readonly totals: Promise<ArchiveTotals>;
} {
  const header = Promise.withResolvers<ArchiveHeader>();
  const totals = Promise.withResolvers<ArchiveTotals>();
  header.promise.catch(() => undefined); // whoever consumes `bytes` sees the same errors
  totals.promise.catch(() => undefined);
  return { bytes: consume(source, options, header, totals), header: header.promise, totals: totals.promise };
}

async function* consume(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  header: PromiseWithResolvers<ArchiveHeader>,
  totals: PromiseWithResolvers<ArchiveTotals>,
): AsyncGenerator<Uint8Array> {
  const stored = createHash('sha256');
  const counted: Counted = { rawBytes: 0, chunks: 0, rawSha256: '' };
  let storedBytes = 0;
  const count = (bytes: Uint8Array): void => {
    options.signal?.throwIfAborted();
    stored.update(bytes);
    storedBytes += bytes.length;
  };
  try {
    for await (const bytes of decode(source, counted, count, header.resolve)) {
      options.onProgress?.({ rawBytes: counted.rawBytes, storedBytes });
      yield bytes;
    }
    totals.resolve({ ...counted, storedBytes, sha256: stored.digest('hex') });
  } catch (error) {
    header.reject(error);
    totals.reject(error);
    throw error;
  } finally {
    const early = new Error('The archive was not read to its end.');
    header.reject(early); // neither has an effect once settled
    totals.reject(early);
  }
}

async function* decode(
  source: AsyncIterable<Uint8Array>,
  counted: Counted,
  count: (bytes: Uint8Array) => void,
  onHeader: (header: ArchiveHeader) => void,
): AsyncGenerator<Uint8Array> {
  const { magic, whole } = await peek(source);
  if (magic.length < 4)
    throw new ArchiveError('archive_truncated', `The file has only ${magic.length} bytes.`);
  const word = magic.readUInt32LE(0);
  if (word === SKIPPABLE_MAGIC || word === ZSTD_MAGIC) {
    yield* unpackZstd(readBytes(whole, count), Math.min(4, availableParallelism()) + 1, counted, onHeader);
  } else if (magic.readUInt16LE(0) === 0x8b1f) {
    yield* unpackGzip(counting(whole, count), counted, onHeader);
  } else if (magic.subarray(0, 5).equals(PGDMP)) {
    onHeader({ codec: 'none', version: 1, archiveId: undefined });
    yield* unpackNothing(counting(whole, count), counted);
  } else {
    throw new ArchiveError('archive_foreign', 'The file begins like no archive that is known.');
  }
}

async function* unpackNothing(
  source: AsyncIterable<Uint8Array>,
  counted: Counted,
): AsyncGenerator<Uint8Array> {
  const raw = createHash('sha256');
  for await (const chunk of cutChunks(source)) {
    raw.update(hash('sha256', chunk.bytes, 'buffer'));
    counted.rawBytes += chunk.bytes.length;
    counted.chunks += 1;
    yield chunk.bytes;
  }
  counted.rawSha256 = raw.digest('hex');
}

async function* counting(
  source: AsyncIterable<Uint8Array>,
  count: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    count(bytes);
    yield bytes;
  }
}

/** The first bytes, and the stream as if nobody had looked. */
async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<{ readonly magic: Buffer; readonly whole: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let magic = Buffer.alloc(0);
  while (magic.length < 5) {
    const next = await iterator.next();
    if (next.done) break;
    magic = Buffer.concat([magic, next.value]);
  }
  return {
    magic,
    whole: (async function* () {
      try {
        if (magic.length > 0) yield magic;
        yield* { [Symbol.asyncIterator]: () => iterator };
      } finally {
        await iterator.return?.(undefined);
      }
    })(),
  };
}
