import { encryptAge, packArchive, type ArchiveTotals, type IndexKey } from '@holdfast/archive';
import { HoldfastError } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import type { BackupBase } from './choose-base.ts';
import { measured } from './measured.ts';
import { idsKeyOf, type BackupOptions } from './options.ts';
import { storeIds, type IdsFile, type StoredIds } from './store-ids.ts';

/** Where the data goes, and how. */
export type DataPlan = {
  readonly key: string;
  readonly base: BackupBase;
  /** Of the dump, for its progress. */
  readonly estimatedBytes: number;
  /** Public keys; empty: not encrypted. */
  readonly recipients: readonly string[];
  /** Seals the ids of the chunks of an encrypted backup; undefined: it has none. */
  readonly indexKey: IndexKey | undefined;
};

/** What is at rest: the archive's totals, with size and hash of the file as it is stored. */
export type StoredData = Pick<ArchiveTotals, 'rawBytes' | 'rawSha256' | 'storedBytes' | 'sha256'> & StoredIds;

/** dump → archive → encryption → storage, streamed. Throws storage_failed when the storage has less than it was given. */
export async function storeDump(
  context: EngineContext,
  options: BackupOptions,
  dump: AsyncIterable<Uint8Array>,
  plan: DataPlan,
): Promise<StoredData> {
  const { indexKey, key, recipients } = plan;
  // An uncompressed dump has no index that a child could name.
  const ids =
    indexKey && recipients.length > 0 && options.compression.codec !== 'none'
      ? storeIds(context, { key: idsKeyOf(key), archiveId: options.run, indexKey })
      : undefined;
  try {
    const totals = await storeData(context, options, dump, plan, ids);
    return { ...totals, ...(ids ? await ids.stored() : { warnings: [] }) };
  } catch (error) {
    await ids?.giveUp(error);
    throw error;
  }
}

async function storeData(
  context: EngineContext,
  options: BackupOptions,
  dump: AsyncIterable<Uint8Array>,
  { key, base, estimatedBytes, recipients }: DataPlan,
  ids: IdsFile | undefined,
): Promise<Omit<StoredData, keyof StoredIds>> {
  const { codec, level } = options.compression;
  const archive = packArchive(dump, {
    codec,
    level,
    archiveId: options.run,
    signal: context.signal,
    onProgress: (bytes) => context.onProgress?.({ phase: 'dumping', ...bytes, estimatedBytes }),
    ...(base.parent && base.type !== 'full' ? { parent: { ...base.parent, kind: base.type } } : {}),
    ...(ids ? { observer: ids.observer } : {}),
  });
  const encrypted = recipients.length > 0 ? measured(encryptAge(archive.bytes, recipients)) : undefined;
  const { storage } = context.repository;
  const { sizeBytes } = await storage.put(key, encrypted?.bytes ?? archive.bytes, { signal: context.signal });
  const totals = { ...(await archive.totals), ...encrypted?.totals() };
  // What the storage says it took, and what it then has: a write that was cut silently shows only in the second.
  const kept = Math.min(sizeBytes, (await storage.head(key))?.sizeBytes ?? 0);
  if (kept === totals.storedBytes) return totals;
  throw new HoldfastError(
    'storage_failed',
    `${storage.location} kept ${kept} of ${totals.storedBytes} bytes of ${key}; check the storage, then try again.`,
  );
}
