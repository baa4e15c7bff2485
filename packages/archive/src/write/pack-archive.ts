import { availableParallelism } from 'node:os';
import type { ArchiveTotals, ParentArchive, Progress, WriteOptions } from '../archive.ts';
import { gzipFraming } from '../framing/gzip-framing.ts';
import { zstdFraming } from '../framing/zstd-framing.ts';
import { createTally, tallyRaw, type Tally } from '../tally.ts';
import { untilAborted } from '../until-aborted.ts';
import { deltaStore } from '../delta/delta-store.ts';
import { idsStore } from '../ids/ids-store.ts';
import { fullStore } from './chunk-store.ts';
import { writeFramed, type FramedOptions } from './write-framed.ts';

/** libuv's pool has four threads, and the disk needs them too. */
const MAX_DEFAULT_CONCURRENCY = 4;
/** One more than the cores: a finished chunk waits for the main thread, and its core would wait with it. */
const defaultConcurrency = (): number => Math.min(MAX_DEFAULT_CONCURRENCY, availableParallelism() + 1);

/**
 * The archive of `source`, as bytes to be written. `totals` settles when `bytes` was consumed: to its end with the
 * totals, otherwise with the error. Memory does not grow with the source; the source is asked for more only while there
 * is room, and is ended when the reader stops; it may use a buffer again when it is asked for more. Throws RangeError at once
 * for options that cannot be.
 */
export function packArchive(
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
): { readonly bytes: AsyncIterable<Uint8Array>; readonly totals: Promise<ArchiveTotals> } {
  assertOptions(options);
  const totals = Promise.withResolvers<ArchiveTotals>();
  totals.promise.catch(() => undefined); // whoever consumes `bytes` sees the same error
  const tally = createTally();
  const iterator = source[Symbol.asyncIterator]();
  const encoded = encode(
    untilAborted({ [Symbol.asyncIterator]: () => iterator }, options.signal),
    options,
    tally,
  );
  return {
    bytes: reportTotals(thenEnd(encoded, iterator), tally, totals, options),
    totals: totals.promise,
  };
}

/** Ends the source also where nobody came to ask it: the header is written before. */
async function* thenEnd(
  bytes: AsyncIterable<Uint8Array>,
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } finally {
    // Not awaited: a silent source would hold us up. How it ends no longer matters to the archive.
    source.return?.(undefined).catch(() => undefined);
  }
}

function encode(
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  tally: Tally,
): AsyncIterable<Uint8Array> {
  const { level, archiveId } = options;
  const framed = {
    archiveId,
    concurrency: options.concurrency ?? defaultConcurrency(),
    ...(options.observer ? { observer: options.observer } : {}),
  };
  if (options.parent) return writeDelta(source, options.parent, level, framed, tally);
  switch (options.codec) {
    case 'zstd':
      return writeFramed(source, fullStore(zstdFraming, level), framed, tally);
    case 'gzip':
      return writeFramed(source, fullStore(gzipFraming, level), framed, tally);
    case 'none':
      return writePlain(source, tally);
    default:
      throw new RangeError(`unknown codec ${String(options.codec satisfies never)}`);
  }
}

async function* writeDelta(
  source: AsyncIterable<Uint8Array>,
  parent: ParentArchive,
  level: number,
  framed: FramedOptions,
  tally: Tally,
): AsyncGenerator<Uint8Array> {
  const store =
    'chain' in parent
      ? await deltaStore(parent.chain, parent.kind, level)
      : idsStore(parent.ids, parent.kind, level);
  yield* writeFramed(source, store, framed, tally);
}

/** As it is: `pg_restore` reads it. Nothing in the file protects it, its manifest's sha256 does. */
async function* writePlain(source: AsyncIterable<Uint8Array>, tally: Tally): AsyncGenerator<Uint8Array> {
  for await (const bytes of tallyRaw(source, tally)) {
    tally.addStored(bytes);
    yield Buffer.from(bytes); // a copy: the source may use its buffer again
  }
}

/** Passes bytes on and settles `totals` by how that ended. */
export async function* reportTotals(
  bytes: AsyncIterable<Uint8Array>,
  tally: Tally,
  totals: PromiseWithResolvers<ArchiveTotals>,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (bytes: Progress) => void },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of bytes) {
      options.signal?.throwIfAborted();
      options.onProgress?.({ rawBytes: tally.rawBytes, storedBytes: tally.storedBytes });
      yield piece;
    }
    totals.resolve(tally.totals());
  } catch (error) {
    totals.reject(error);
    throw error;
  } finally {
    totals.reject(new Error('The archive was not read to its end.')); // has no effect once settled
  }
}

function assertOptions({ codec, level, archiveId, concurrency = 1, parent }: WriteOptions): void {
  if (parent && codec !== 'zstd') throw new RangeError(`an archive with a parent is zstd, not ${codec}`);
  const maxLevel = { zstd: zstdFraming.maxLevel, gzip: gzipFraming.maxLevel, none: undefined }[codec];
  if (maxLevel !== undefined && !(Number.isInteger(level) && level >= 1 && level <= maxLevel))
    throw new RangeError(`level ${level} is none of ${codec}'s: 1 to ${maxLevel}`);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(archiveId))
    throw new RangeError(`archiveId ${archiveId} is no UUID`);
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 64))
    throw new RangeError(`concurrency ${concurrency} is not between 1 and 64`);
}
