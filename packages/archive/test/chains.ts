import { openChain, packArchive, unpackChain, type Chain, type ChainFile } from '../src/index.ts';
import { collect, copyText, createRandom, inPieces } from './bytes.ts';

/** The id of the archive that is number `place` of its chain, from 0. */
export const idOf = (place: number): string => `0198c0de-f00d-7000-8000-${String(place).padStart(12, '0')}`;

/** `files`: the newest first. */
export const inMemory = (files: readonly Buffer[]): readonly ChainFile[] =>
  files.map((file, generation) => ({
    name: `file ${files.length - 1 - generation}`,
    sizeBytes: file.length,
    readRange: async (start, end) => file.subarray(start, end),
  }));

export const chainOf = (files: readonly Buffer[]): Promise<Chain> => openChain(inMemory(files));

/** One file of each dump: the first a full, each other the child of the one before. The newest first. */
export async function packAll(
  dumps: readonly Buffer[],
  kind: 'differential' | 'incremental' = 'incremental',
): Promise<Buffer[]> {
  const files: Buffer[] = [];
  for (const [place, dump] of dumps.entries()) files.unshift(await packNext(files, dump, kind, place));
  return files;
}

export async function packNext(
  parents: readonly Buffer[],
  dump: Buffer,
  kind: 'differential' | 'incremental' = 'incremental',
  place = parents.length,
): Promise<Buffer> {
  const parent = parents.length === 0 ? {} : { parent: { kind, chain: await chainOf(parents) } };
  const options = { codec: 'zstd', level: 3, archiveId: idOf(place), ...parent } as const;
  return collect(packArchive(inPieces(dump), options).bytes);
}

export const unpackAll = async (files: readonly Buffer[]): Promise<Buffer> =>
  collect(unpackChain(await chainOf(files)));

/** One line in `every` replaced by another of any length, all over the dump. */
export function withChangedLines(dump: Buffer, every: number, seed: number): Buffer {
  const random = createRandom(seed);
  const lines = dump.toString('latin1').split('\n');
  for (let at = random() % every; at < lines.length; at += 1 + (random() % (2 * every)))
    lines[at] = copyText(60 + (random() % 60), random())
      .toString('latin1')
      .replaceAll('\n', ' ');
  return Buffer.from(lines.join('\n'), 'latin1');
}
