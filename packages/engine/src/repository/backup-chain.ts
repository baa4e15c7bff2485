import { openAge, openChain, type Chain, type ChainFile } from '@holdfast/archive';
import { HoldfastError, type Manifest } from '@holdfast/contracts';
import type { Repository } from './repository.ts';
import { asItIs, manifestInForce, manifestKeyOf } from './revisions.ts';

/** A backup and all that it builds on, nearest first. Throws parent_missing naming what is not there. */
export async function lineageOf(repository: Repository, manifest: Manifest): Promise<readonly Manifest[]> {
  const { database } = manifest.backup;
  const ancestors = await Promise.all(
    manifest.ancestors.map(async ({ name, run }) => {
      const ancestor = (await manifestInForce(repository.storage, manifestKeyOf({ database, name })))
        ?.manifest;
      if (ancestor?.backup.run === run) return ancestor;
      throw new HoldfastError(
        ancestor ? 'parent_changed' : 'parent_missing',
        `${manifest.backup.filename} builds on ${name}, which is ${ancestor ? 'another backup now' : `not in ${repository.storage.location}`}; bring it back from a copy, or use a backup that does not need it.`,
      );
    }),
  );
  return [await asItIs(repository.storage, manifest), ...ancestors];
}

/** Opens the files of a lineage together; chunks are read from them at will. */
export async function openBackupChain(repository: Repository, lineage: readonly Manifest[]): Promise<Chain> {
  return openChain(await Promise.all(lineage.map((manifest) => chainFile(repository, manifest))));
}

async function chainFile(repository: Repository, { backup, data }: Manifest): Promise<ChainFile> {
  const name = backup.filename;
  if (!(await repository.storage.head(data.key))) {
    throw new HoldfastError(
      'data_missing',
      `${repository.storage.location}/${data.key} is not there although its manifest is; get it back from a copy.`,
    );
  }
  const readStored = async (start: number, endExclusive: number): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for await (const part of repository.storage.get(data.key, { start, endExclusive })) parts.push(part);
    const [only] = parts;
    return only && parts.length === 1 ? only : Buffer.concat(parts);
  };
  if (!backup.encrypted) return { name, sizeBytes: data.sizeBytes, readRange: readStored };
  return { name, ...(await openAge(readStored, data.sizeBytes, await repository.keys.identities())) };
}
