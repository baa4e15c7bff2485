import { rewrapAge } from '@holdfast/archive';
import { HoldfastError } from '@holdfast/contracts';
import { measured } from '../backup/measured.ts';
import type { EngineContext } from '../context.ts';
import { checkedBytes, type ManifestObject } from '../repository/read-dump.ts';

export type RewrapTo = {
  readonly key: string;
  readonly identities: readonly string[];
  readonly recipients: readonly string[];
};

/**
 * One encrypted object for other recipients, streamed. What is read is held against its hash in the manifest, and each chunk
 * is authenticated on its way: the new hash never vouches for old damage.
 */
export async function rewrapObject(
  context: Pick<EngineContext, 'repository' | 'signal' | 'onProgress'>,
  object: ManifestObject,
  { key, identities, recipients }: RewrapTo,
): Promise<ManifestObject> {
  const { repository, signal, onProgress } = context;
  const { storage } = repository;
  const onBytes = (storedBytes: number): void =>
    onProgress?.({
      phase: 'copying',
      rawBytes: storedBytes,
      storedBytes,
      estimatedBytes: object.sizeBytes,
    });
  const source = checkedBytes(repository, { data: object }, signal, onBytes);
  const file = measured(rewrapAge(source, identities, recipients));
  await storage.put(key, file.bytes, { signal });
  const { storedBytes: sizeBytes, sha256 } = file.totals();
  const kept = (await storage.head(key))?.sizeBytes ?? 0;
  if (kept === sizeBytes) return { key, sizeBytes, sha256 };
  throw new HoldfastError(
    'storage_failed',
    `${storage.location} kept ${kept} of ${sizeBytes} bytes of ${key}; check the storage, then try again.`,
  );
}
