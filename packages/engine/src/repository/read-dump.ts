import { createHash } from 'node:crypto';
import { decryptAge, unpackArchive, unpackChain } from '@holdfast/archive';
import { HoldfastError, type Manifest } from '@holdfast/contracts';
import { lineageOf, openBackupChain } from './backup-chain.ts';
import type { Repository } from './repository.ts';
import { asItIs } from './revisions.ts';

export type ReadDumpOptions = {
  readonly signal: AbortSignal;
  readonly onProgress?: (bytes: { readonly rawBytes: number; readonly storedBytes: number }) => void;
};

/**
 * The raw dump behind a manifest. Ends normally only when it is the one that was backed up: of a full every stored byte was
 * read and hashed, of others every chunk. Otherwise archive_truncated, archive_corrupt, data_missing, parent_missing,
 * parent_changed, key_missing, key_wrong.
 */
export async function* readDump(
  repository: Repository,
  manifest: Manifest,
  options: ReadDumpOptions,
): AsyncGenerator<Uint8Array> {
  if (manifest.ancestors.length === 0) {
    yield* readFull(repository, await asItIs(repository.storage, manifest), options);
    return;
  }
  const chain = await openBackupChain(repository, await lineageOf(repository, manifest));
  yield* unpackChain(chain, options);
  if (chain.footer.rawSha256 !== manifest.data.rawSha256)
    throw new HoldfastError(
      'archive_corrupt',
      `${manifest.backup.filename} is not the file that its manifest describes. Use another backup.`,
    );
}

async function* readFull(
  repository: Repository,
  manifest: Manifest,
  options: ReadDumpOptions,
): AsyncGenerator<Uint8Array> {
  const progress = { rawBytes: 0, storedBytes: 0 };
  const stored = checkedBytes(repository, manifest, options.signal, (storedBytes) => {
    progress.storedBytes = storedBytes;
  });
  const plain = manifest.backup.encrypted ? decryptAge(stored, await repository.keys.identities()) : stored;
  const archive = unpackArchive(plain, { signal: options.signal, codec: manifest.backup.compression });
  // Both are awaited by nobody when the reader stops early.
  archive.header.catch(() => undefined);
  archive.totals.catch(() => undefined);
  for await (const bytes of archive.bytes) {
    progress.rawBytes += bytes.length;
    options.onProgress?.(progress);
    yield bytes;
  }
}

/** What a manifest says of an object beside it. */
export type ManifestObject = Pick<Manifest['data'], 'key' | 'sizeBytes' | 'sha256'>;

/** The stored bytes, counted and hashed against the manifest; the last of them is given only when all agree. */
export async function* checkedBytes(
  repository: Repository,
  { data }: { readonly data: ManifestObject },
  signal: AbortSignal,
  onBytes?: (storedBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const { key, sizeBytes, sha256 } = data;
  const where = `${repository.storage.location}/${key}`;
  await assertPresent(repository, data);
  const hash = createHash('sha256');
  let seen = 0;
  for await (const bytes of repository.storage.get(key)) {
    signal.throwIfAborted();
    hash.update(bytes);
    seen += bytes.length;
    onBytes?.(seen);
    if (seen >= sizeBytes)
      assertHash(where, seen === sizeBytes ? hash.copy().digest('hex') : 'too long', sha256);
    yield bytes;
  }
  if (seen < sizeBytes)
    throw new HoldfastError(
      'archive_truncated',
      `${where} ended after ${seen} of ${sizeBytes} bytes. Use another backup.`,
    );
  if (sizeBytes === 0) assertHash(where, hash.digest('hex'), sha256);
}

/** Cheap: it is there, and not too short. Throws data_missing, archive_truncated. */
export async function assertPresent(
  repository: Repository,
  { key, sizeBytes }: ManifestObject,
): Promise<void> {
  const where = `${repository.storage.location}/${key}`;
  const present = await repository.storage.head(key);
  if (!present)
    throw new HoldfastError(
      'data_missing',
      `${where} is not there although its manifest is; get it back from a copy.`,
    );
  if (present.sizeBytes < sizeBytes) {
    throw new HoldfastError(
      'archive_truncated',
      `${where} has ${present.sizeBytes} bytes, its manifest says ${sizeBytes}: it was cut. Use another backup.`,
    );
  }
}

function assertHash(where: string, actual: string, expected: string): void {
  if (actual === expected) return;
  throw new HoldfastError(
    'archive_corrupt',
    `${where} is not what was written: its sha256 differs from its manifest's. Use another backup.`,
  );
}
