import { createHash, hash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { ArchiveTotals, WriteOptions } from './archive.ts';
import { cutChunks } from './cut-chunks.ts';
import { packGzip } from './gzip-codec.ts';
import { packZstd, type Counted } from './pack-zstd.ts';

/** Enough chunks under way that neither the pool nor the writer waits; each costs at most 2 MiB. */
const depthFor = (concurrency: number): number => concurrency * 2 + 2;

/**
 * The archive of `source`, as bytes to be written. `totals` settles when `bytes` was consumed: to its end with the
 * totals, earlier or by an error with that error. Memory does not grow with the source.
 */
export function packArchive(
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
): { readonly bytes: AsyncIterable<Uint8Array>; readonly totals: Promise<ArchiveTotals> } {
  const totals = Promise.withResolvers<ArchiveTotals>();
  totals.promise.catch(() => undefined); // whoever consumes `bytes` sees the same error
  return { bytes: consume(source, options, totals), totals: totals.promise };
}

async function* consume(
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  totals: PromiseWithResolvers<ArchiveTotals>,
): AsyncGenerator<Uint8Array> {
  const stored = createHash('sha256');
  const counted: Counted = { rawBytes: 0, chunks: 0, rawSha256: '' };
  let storedBytes = 0;
  try {
    for await (const bytes of encode(source, options, counted)) {
      options.signal?.throwIfAborted();
      stored.update(bytes);
      storedBytes += bytes.length;
      options.onProgress?.({ rawBytes: counted.rawBytes, storedBytes });
      yield bytes;
    }
    totals.resolve({ ...counted, storedBytes, sha256: stored.digest('hex') });
  } catch (error) {
    totals.reject(error);
    throw error;
  } finally {
    totals.reject(new Error('The archive was not read to its end.')); // has no effect once settled
  }
}

function encode(
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  counted: Counted,
): AsyncIterable<Uint8Array> {
  const depth = depthFor(options.concurrency ?? Math.min(4, availableParallelism()));
  switch (options.codec) {
    case 'zstd':
      return packZstd(source, options, depth, counted);
    case 'gzip':
      return packGzip(source, options, depth, counted);
    case 'none':
      return packNothing(source, counted);
    default:
      throw new TypeError(`unknown codec ${String(options.codec satisfies never)}`);
  }
}

async function* packNothing(source: AsyncIterable<Uint8Array>, counted: Counted): AsyncGenerator<Uint8Array> {
  const raw = createHash('sha256');
  for await (const chunk of cutChunks(source)) {
    raw.update(hash('sha256', chunk.bytes, 'buffer'));
    counted.rawBytes += chunk.bytes.length;
    counted.chunks += 1;
    // Not released: the writer may still hold the bytes when it asks for the next.
    yield chunk.bytes;
  }
  counted.rawSha256 = raw.digest('hex');
}
