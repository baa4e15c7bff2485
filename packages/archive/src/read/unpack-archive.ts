import { availableParallelism } from 'node:os';
import type { ArchiveHeader, ArchiveTotals, ReadOptions } from '../archive.ts';
import { readBytes } from '../byte-reader.ts';
import { createTally, tallyRaw, type Tally } from '../tally.ts';
import { untilAborted } from '../until-aborted.ts';
import { reportTotals } from '../write/pack-archive.ts';
import { detect, peekStart } from './detect.ts';
import { readForeign } from './read-foreign.ts';
import { readFramed } from './read-framed.ts';

/**
 * The raw dump in an archive; which codec, the first bytes tell. `bytes` ends normally only when the archive is whole and
 * unchanged, otherwise it throws ArchiveError; what came before that is not to be relied on. `header` and `totals` settle
 * while `bytes` is consumed. The source must not use a buffer again that it gave.
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
  header.promise.catch(() => undefined); // whoever consumes `bytes` sees the same error
  totals.promise.catch(() => undefined);
  totals.promise.catch(header.reject); // has no effect once the header is known
  const tally = createTally();
  const decoded = decode(untilAborted(source, options.signal), options, tally, header.resolve);
  return {
    bytes: reportTotals(decoded, tally, totals, options),
    header: header.promise,
    totals: totals.promise,
  };
}

async function* decode(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  tally: Tally,
  onHeader: (header: ArchiveHeader) => void,
): AsyncGenerator<Uint8Array> {
  const reader = readBytes(source);
  try {
    const detected = detect(await peekStart(reader), options);
    switch (detected.kind) {
      case 'ours': {
        const { framing, preambleBytes } = detected;
        tally.addStored(reader.take(preambleBytes));
        const concurrency = Math.max(2, Math.min(4, availableParallelism()));
        const bounds = { concurrency, depth: concurrency + 1 };
        yield* readFramed(reader, framing, bounds, tally, ({ version, archiveId }) =>
          onHeader({ codec: framing.codec, version, archiveId }),
        );
        return;
      }
      case 'foreign':
        onHeader({ codec: detected.codec, version: 0, archiveId: undefined });
        yield* readForeign(reader, detected.codec, tally);
        return;
      case 'plain':
        onHeader({ codec: 'none', version: 0, archiveId: undefined });
        for await (const bytes of tallyRaw(reader.rest(), tally)) {
          tally.addStored(bytes);
          yield bytes;
        }
        return;
      default:
        throw new TypeError(`unknown kind ${String(detected satisfies never)}`);
    }
  } finally {
    await reader.close();
  }
}
