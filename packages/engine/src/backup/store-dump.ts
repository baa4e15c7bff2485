import { createHash } from 'node:crypto';
import { encryptAge, packArchive, type ArchiveTotals } from '@holdfast/archive';
import { HoldfastError } from '@holdfast/contracts';
import type { Snapshot, Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import type { BackupBase } from './choose-base.ts';
import { dumpSource, type DumpPlan } from './dump-source.ts';
import type { BackupOptions } from './options.ts';

/** Where the data goes, and how. */
export type DataPlan = {
  readonly key: string;
  readonly base: BackupBase;
  readonly dump: DumpPlan;
  /** Public keys; empty: not encrypted. */
  readonly recipients: readonly string[];
};

/** What is at rest: the archive's totals, with size and hash of the file as it is stored. */
export type StoredData = Pick<ArchiveTotals, 'rawBytes' | 'rawSha256' | 'storedBytes' | 'sha256'>;

/** dump → archive → encryption → storage, streamed. Throws storage_failed when the storage has less than it was given. */
export async function storeDump(
  context: EngineContext,
  options: BackupOptions,
  snapshot: Snapshot,
  tools: Tools,
  { key, base, dump, recipients }: DataPlan,
): Promise<StoredData> {
  const { codec, level } = options.compression;
  const estimatedBytes = snapshot.databaseBytes;
  const archive = packArchive(dumpSource(context, options, snapshot, tools, dump), {
    codec,
    level,
    archiveId: options.run,
    signal: context.signal,
    onProgress: (bytes) => context.onProgress?.({ phase: 'dumping', ...bytes, estimatedBytes }),
    ...(base.chain && base.type !== 'full' ? { parent: { chain: base.chain, kind: base.type } } : {}),
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

/** Passes bytes on, counted and hashed. */
function measured(source: AsyncIterable<Uint8Array>): {
  readonly bytes: AsyncIterable<Uint8Array>;
  totals(): Pick<StoredData, 'storedBytes' | 'sha256'>;
} {
  const hash = createHash('sha256');
  let storedBytes = 0;
  return {
    bytes: (async function* () {
      for await (const piece of source) {
        hash.update(piece);
        storedBytes += piece.length;
        yield piece;
      }
    })(),
    totals: () => ({ storedBytes, sha256: hash.copy().digest('hex') }),
  };
}
