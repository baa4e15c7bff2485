import { sealIds, type ArchiveObserver, type IndexKey } from '@holdfast/archive';
import { failureOf, HoldfastError, type Manifest } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import { measured } from './measured.ts';

export type StoredIds = Pick<Manifest, 'ids'> & { readonly warnings: readonly string[] };

export type IdsFile = {
  /** Sees the archive's chunks. */
  readonly observer: ArchiveObserver;
  /** What is at rest, once the archive is written; without it and with a warning when it could not be stored. */
  stored(): Promise<StoredIds>;
  /** The archive failed. Resolves when nothing more is written. */
  giveUp(cause: unknown): Promise<void>;
};

/** Writes the ids of an archive's chunks beside it, while it is written. A backup without them is as good as one with. */
export function storeIds(
  context: EngineContext,
  file: { readonly key: string; readonly archiveId: string; readonly indexKey: IndexKey },
): IdsFile {
  const writer = sealIds(file.archiveId, file.indexKey);
  const writing = write(context, file.key, writer.bytes).catch((error: unknown) => {
    writer.fail(error); // the archive must not wait for a reader that is gone
    throw error;
  });
  const stored = orWarning(context, writing);
  stored.catch(() => undefined); // awaited later, or by nobody when the archive fails before
  return {
    observer: writer.observer,
    stored: () => stored,
    giveUp: async (cause) => {
      writer.fail(cause);
      await Promise.allSettled([stored]);
    },
  };
}

async function write(
  { repository: { storage }, signal }: EngineContext,
  key: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<NonNullable<Manifest['ids']>> {
  const file = measured(bytes);
  await storage.put(key, file.bytes, { signal });
  const { storedBytes: sizeBytes, sha256 } = file.totals();
  const kept = (await storage.head(key))?.sizeBytes ?? 0;
  if (kept === sizeBytes) return { key, sizeBytes, sha256 };
  await storage.remove(key);
  throw new HoldfastError(
    'storage_failed',
    `${storage.location} kept ${kept} of ${sizeBytes} bytes of ${key}; check the storage.`,
  );
}

async function orWarning(
  { signal }: EngineContext,
  writing: Promise<NonNullable<Manifest['ids']>>,
): Promise<StoredIds> {
  try {
    return { ids: await writing, warnings: [] };
  } catch (error) {
    signal.throwIfAborted();
    const { code, message } = failureOf(error);
    if (code === 'internal') throw error;
    return {
      warnings: [
        `Without a key that reads it nothing can be built on this backup: its chunk ids were not kept: ${message}`,
      ],
    };
  }
}
