import { failureOf, HoldfastError, type Compression, type ForeignBackup } from '@holdfast/contracts';
import { unpackArchive } from '@holdfast/archive';
import { looksLikeSql } from '@holdfast/postgres';
import { kindBy } from './read-foreign.ts';

/** How much of a file is looked at: enough for the first blocks of any compression. */
export const SNIFF_BYTES = 4 * 1024 * 1024;
/** Comments in front of the first statement may be long. */
const WANTED_BYTES = 16_384;

/**
 * What a file is, by its beginning (`isWhole`: by all of it). Throws archive_foreign for what is neither pg_dump's custom
 * format nor plain SQL, compressed or not.
 */
export async function sniff(
  beginning: Uint8Array,
  isWhole: boolean,
): Promise<Pick<ForeignBackup, 'kind' | 'compression'>> {
  const { first, compression } = await unpackBeginning(beginning, isWhole);
  const { kind } = kindBy(first);
  if (kind === 'custom') return { kind, compression };
  if (!first.includes(0) && looksLikeSql(first.toString('utf8'))) return { kind, compression };
  throw new HoldfastError(
    'archive_foreign',
    'The file is neither plain SQL nor a dump of pg_dump --format=custom, compressed by gzip or zstd or not; upload one of these.',
  );
}

async function unpackBeginning(
  beginning: Uint8Array,
  isWhole: boolean,
): Promise<{ readonly first: Buffer; readonly compression: Compression }> {
  const archive = unpackArchive(one(beginning), { foreign: true });
  archive.totals.catch(() => undefined); // nobody asks: it may end in the middle
  let first = Buffer.alloc(0);
  try {
    for await (const bytes of archive.bytes) {
      first = Buffer.concat([first, bytes.subarray(0, WANTED_BYTES - first.length)]);
      if (first.length >= WANTED_BYTES) break;
    }
  } catch (error) {
    // Of a part the end is missing; what came before it will do.
    const isCut = failureOf(error).code === 'archive_truncated' && !isWhole;
    if (!isCut || first.length === 0) throw error;
  }
  return { first, compression: (await archive.header).codec };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
