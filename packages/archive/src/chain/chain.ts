import { hash } from 'node:crypto';
import { ArchiveError } from '../archive-error.ts';
import { decompressDelta } from '../delta/delta-frame.ts';
import type { Ancestor, HeaderFields } from '../format/header.ts';
import type { Footer } from '../format/footer.ts';
import {
  chunksIn,
  storedIn,
  type ChunkReference,
  type OwnChunk,
  type Segment,
} from '../format/index-segment.ts';
import { openIndex, type OpenIndex } from './open-index.ts';
import { createRangeCache, type ReadRange } from './range-cache.ts';

/** One file of a chain. `name` is for messages. */
export type ChainFile = { readonly name: string; readonly sizeBytes: number; readonly readRange: ReadRange };

/** A chunk and where it lies: in the file of `generation` (0: the newest), as that archive's chunk `ordinal`. */
export type Located = ChunkReference & { readonly chunk: OwnChunk; readonly storedStart: number };

/** An archive together with all that it builds on: what it takes to read it. */
export type Chain = {
  readonly header: HeaderFields;
  readonly footer: Footer;
  /** The newest and its ancestors, as a child of the newest names them. */
  readonly lineage: readonly Ancestor[];
  /** All chunks of the dump in order, from chunk `first` on. */
  located(first?: number): AsyncGenerator<Located>;
  /** Chunk `ordinal` of the archive of `generation`. Throws archive_corrupt. */
  locate(reference: ChunkReference): Promise<Located>;
  /** What the chunk decodes to; its hash is held. Throws archive_corrupt naming the file that is damaged. */
  rawOf(located: Located): Promise<Buffer>;
};

/** 24 MiB, some for each file of a long chain, which are read side by side from their beginnings to their ends. */
const CACHED_BLOCKS = 48;
/** 1,024 entries each. */
const CACHED_SEGMENTS = 48;

type Loaded = {
  readonly segment: Segment;
  readonly firstChunk: number;
  /** For each entry: the ordinal of its first chunk, and where it lies if it lies here. */
  readonly ordinals: readonly number[];
  readonly storedStarts: readonly number[];
};

/**
 * Opens an archive and its ancestors, nearest first. Reads their two ends and checks that they belong together. Throws
 * parent_missing, parent_changed and what a damaged file throws.
 */
export async function openChain(files: readonly ChainFile[]): Promise<Chain> {
  const cache = createRangeCache(CACHED_BLOCKS);
  const readers = files.map(({ readRange, sizeBytes }) => cache.over(readRange, sizeBytes));
  const indexes = await Promise.all(files.map((file, generation) => open(file, readers[generation])));
  const [newest] = indexes;
  if (!newest) throw new RangeError('a chain has at least one file');
  assertLineage(files, indexes);
  const loadedSegments = new Map<string, Promise<Loaded>>();

  const indexOf = (generation: number): OpenIndex => {
    const index = indexes[generation];
    if (!index)
      throw new ArchiveError('archive_corrupt', `An index points to ancestor ${generation}, which is none.`);
    return index;
  };

  function load(generation: number, number: number): Promise<Loaded> {
    const key = `${generation}:${number}`;
    const found = loadedSegments.get(key);
    const loading = found ?? loadSegment(indexOf(generation), number);
    loadedSegments.delete(key); // and in again: the order of a Map is that of its insertions
    loadedSegments.set(key, loading);
    if (!found) {
      loading.catch(() => loadedSegments.delete(key));
      const [oldest] = loadedSegments.keys();
      if (loadedSegments.size > CACHED_SEGMENTS && oldest !== undefined) loadedSegments.delete(oldest);
    }
    return loading;
  }

  async function locate({ generation, ordinal }: ChunkReference): Promise<Located> {
    const { segments } = indexOf(generation);
    const place = lastNotAbove(segments, ordinal, ({ firstChunk }) => firstChunk);
    if (place < 0) throw outOfRange(files, generation, ordinal);
    const loaded = await load(generation, place);
    const at = lastNotAbove(loaded.ordinals, ordinal, (first) => first);
    const entry = loaded.segment.entries[at];
    const first = loaded.ordinals[at];
    if (!entry || first === undefined || ordinal >= first + chunksIn(entry))
      throw outOfRange(files, generation, ordinal);
    return entry.kind === 'range'
      ? locate({ generation: generation + 1, ordinal: entry.first + ordinal - first })
      : { generation, ordinal, chunk: entry, storedStart: loaded.storedStarts[at] ?? 0 };
  }

  async function* locatedIn(generation: number, first: number, count: number): AsyncGenerator<Located> {
    const { segments, footer } = indexOf(generation);
    const end = first + count;
    if (end > footer.chunks) throw outOfRange(files, generation, end - 1);
    let ordinal = first;
    let place = Math.max(
      0,
      lastNotAbove(segments, ordinal, ({ firstChunk }) => firstChunk),
    );
    for (; ordinal < end; place += 1) {
      const { segment, ordinals, storedStarts } = await load(generation, place);
      for (
        let at = Math.max(
          0,
          lastNotAbove(ordinals, ordinal, (each) => each),
        );
        at < ordinals.length && ordinal < end;
        at += 1
      ) {
        const entry = segment.entries[at];
        if (!entry) break;
        const skipped = ordinal - (ordinals[at] ?? 0);
        if (entry.kind === 'range') {
          const taken = Math.min(entry.count - skipped, end - ordinal);
          yield* locatedIn(generation + 1, entry.first + skipped, taken);
          ordinal += taken;
        } else {
          yield { generation, ordinal, chunk: entry, storedStart: storedStarts[at] ?? 0 };
          ordinal += 1;
        }
      }
    }
  }

  async function decode(located: Located): Promise<Buffer> {
    const { generation, chunk, storedStart } = located;
    const read = readers[generation] as (typeof readers)[number]; // located chunks are of files that are there
    const stored = await read(storedStart, storedStart + chunk.storedBytes);
    if (!chunk.base) return indexOf(generation).framing.decompress(stored);
    const base = await locate({
      generation: generation + chunk.base.generation,
      ordinal: chunk.base.ordinal,
    });
    if (base.chunk.depth >= chunk.depth)
      throw new ArchiveError('archive_corrupt', `Deltas of ${nameOf(located)} go round in a circle.`);
    return decompressDelta(stored, await decode(base), chunk.rawBytes);
  }

  async function rawOf(located: Located): Promise<Buffer> {
    const raw = await decode(located).catch((error: unknown) => error);
    if (raw instanceof Buffer && hash('sha256', raw, 'buffer').equals(located.chunk.sha256)) return raw;
    const damaged = await findDamaged(located);
    throw new ArchiveError(
      'archive_corrupt',
      `Chunk ${damaged.ordinal} of ${nameOf(damaged)} is not what was written.`,
      raw instanceof Error ? { cause: raw } : undefined,
    );
  }

  /** The base that is damaged, as deep as damage goes: the file to bring back. */
  async function findDamaged(located: Located): Promise<Located> {
    const { base } = located.chunk;
    if (!base) return located;
    const below = await locate({ generation: located.generation + base.generation, ordinal: base.ordinal });
    const raw =
      below.chunk.depth < located.chunk.depth ? await decode(below).catch(() => undefined) : undefined;
    return raw && hash('sha256', raw, 'buffer').equals(below.chunk.sha256) ? located : findDamaged(below);
  }

  const nameOf = ({ generation }: ChunkReference): string =>
    files[generation]?.name ?? `ancestor ${generation}`;

  return {
    header: newest.header,
    footer: newest.footer,
    lineage: [
      { archiveId: newest.header.archiveId, footerSha256: newest.footerSha256 },
      ...newest.header.ancestors,
    ],
    located: (first = 0) => locatedIn(0, first, newest.footer.chunks - first),
    locate,
    rawOf,
  };
}

async function open(
  file: ChainFile,
  read: ((start: number, end: number) => Promise<Buffer>) | undefined,
): Promise<OpenIndex> {
  if (!read) throw new RangeError('a file without a reader');
  try {
    return await openIndex((start, length) => read(start, start + length), file.sizeBytes);
  } catch (cause) {
    if (!(cause instanceof ArchiveError)) throw cause;
    throw new ArchiveError(cause.code, `${file.name} cannot be read: ${cause.detail}`, { cause });
  }
}

function assertLineage(files: readonly ChainFile[], indexes: readonly OpenIndex[]): void {
  const wanted = indexes[0]?.header.ancestors ?? [];
  wanted.forEach(({ archiveId, footerSha256 }, place) => {
    const found = indexes[place + 1];
    const child = files[0]?.name;
    if (!found)
      throw new ArchiveError(
        'parent_missing',
        `${child} builds on archive ${archiveId}, which is not there.`,
      );
    if (found.header.archiveId !== archiveId || found.footerSha256 !== footerSha256)
      throw new ArchiveError(
        'parent_changed',
        `${files[place + 1]?.name} is not the file that ${child} was made from.`,
      );
  });
}

async function loadSegment(index: OpenIndex, number: number): Promise<Loaded> {
  const segment = await index.readSegment(number);
  let ordinal = index.segments[number]?.firstChunk ?? 0;
  let { storedStart } = segment.head;
  const ordinals: number[] = [];
  const storedStarts: number[] = [];
  for (const entry of segment.entries) {
    ordinals.push(ordinal);
    storedStarts.push(storedStart);
    ordinal += chunksIn(entry);
    storedStart += storedIn(entry);
  }
  return { segment, firstChunk: ordinals[0] ?? 0, ordinals, storedStarts };
}

/** The place of the last item whose number is at most `value`; -1 when there is none. Sorted. */
function lastNotAbove<T>(items: readonly T[], value: number, numberOf: (item: T) => number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numberOf(items[middle] as T) <= value)
      low = middle + 1; // below the length
    else high = middle;
  }
  return low - 1;
}

const outOfRange = (files: readonly ChainFile[], generation: number, ordinal: number): ArchiveError =>
  new ArchiveError('archive_corrupt', `${files[generation]?.name} has no chunk ${ordinal}.`);
