import { availableParallelism } from 'node:os';
import type { Progress } from '../archive.ts';
import { ArchiveError } from '../archive-error.ts';
import { mapInOrder } from '../map-in-order.ts';
import { createTally } from '../tally.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Chain } from './chain.ts';

export type UnpackChainOptions = {
  readonly signal?: AbortSignal;
  /** `storedBytes`: of the frames that were needed, bases not counted. */
  readonly onProgress?: (bytes: Progress) => void;
};

/**
 * The raw dump of a chain's newest archive, read straight from all files, only what it needs. Every chunk is held against
 * its hash; ends normally only when all of them together are the dump that was backed up.
 */
export async function* unpackChain(
  chain: Chain,
  options: UnpackChainOptions = {},
): AsyncGenerator<Uint8Array> {
  const tally = createTally();
  const concurrency = Math.max(2, Math.min(4, availableParallelism()));
  const chunks = mapInOrder(
    untilAborted(chain.located(), options.signal),
    { concurrency, depth: concurrency + 1 },
    async (located) => ({ located, raw: await chain.rawOf(located) }),
  );
  let storedBytes = 0;
  for await (const { located, raw } of chunks) {
    options.signal?.throwIfAborted();
    tally.addChunk(located.chunk.sha256, raw.length);
    storedBytes += located.chunk.storedBytes;
    options.onProgress?.({ rawBytes: tally.rawBytes, storedBytes });
    yield raw;
  }
  const { rawBytes, rawSha256, chunks: count } = chain.footer;
  if (tally.rawBytes !== rawBytes || tally.chunks !== count || tally.rawSha256() !== rawSha256)
    throw new ArchiveError('archive_corrupt', 'What the chain holds is not the dump that was backed up.');
}
