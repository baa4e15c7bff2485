import { HoldfastError, type BackupContents, type Manifest } from '@holdfast/contracts';
import { readContentsOf, type ContentsEntry } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { fallBack } from '../copy/fall-back.ts';
import { readDump } from '../repository/read-dump.ts';
import { toolsFor } from '../tools.ts';

export type ContentsOptions = {
  /** All of the backup is read, and so checked, for the bytes of each table's data; else its beginning alone [false]. */
  readonly withSizes?: boolean;
};

/**
 * What is inside a backup of any kind, in the order of its dump; read from a copy where the repository itself has it no
 * longer. Throws what reading it throws, invalid_backup, tools_missing or server_newer_than_tools.
 */
export async function contentsOf(
  { repository, signal }: Pick<EngineContext, 'repository' | 'signal'>,
  manifest: Manifest,
  { withSizes = false }: ContentsOptions = {},
): Promise<BackupContents> {
  const { filename } = manifest.backup;
  if (manifest.data.format === 'plain')
    throw new HoldfastError(
      'invalid_backup',
      `${filename} is plain SQL, which has no table of contents; export it and read it.`,
    );
  const tools = await toolsFor(manifest.fingerprint.toolsMajor * 10_000);
  const { value } = await fallBack(repository, (place) =>
    readContentsOf({ tools, source: readDump(place, manifest, { signal }), signal, withSizes }),
  );
  const { kind, entries } = value;
  const dataBytes = withSizes ? dataBytesOf(entries) : undefined;
  return { filename, kind, entries: [...entries], ...(dataBytes === undefined ? {} : { dataBytes }) };
}

/** Undefined where there is data of which the size is not known. */
export function dataBytesOf(entries: readonly ContentsEntry[]): number | undefined {
  const sizes = entries.flatMap(({ sizeBytes }) => sizeBytes ?? []);
  const hasData = entries.some(({ kind }) => kind === 'TABLE DATA' || kind === 'BLOBS');
  return sizes.length === 0 && hasData ? undefined : sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0);
}
