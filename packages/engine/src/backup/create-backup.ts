import { packArchive, type ArchiveTotals } from '@holdfast/archive';
import { dataFilename, HoldfastError, type Manifest } from '@holdfast/contracts';
import { openSnapshot, type Snapshot, type Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { placeOf } from '../repository/repository.ts';
import { toolsFor } from '../tools.ts';
import { commitManifest } from './commit-manifest.ts';
import { dumpSource } from './dump-source.ts';
import { describeSource } from './describe-source.ts';
import { applicationName, globalsKeyOf, type BackupOptions } from './options.ts';

/**
 * One attempt at a backup: dump → archive → storage → manifest. Returns the run's manifest, which may be another
 * attempt's when that one committed first. Whatever fails, this attempt's objects are removed.
 */
export async function createBackup(context: EngineContext, options: BackupOptions): Promise<Manifest> {
  refuseWhatIsNotBuilt(options);
  const startedAt = performance.now();
  context.onProgress?.({ phase: 'preparing', rawBytes: 0, storedBytes: 0 });
  const snapshot = await openSnapshot(options.database.target, { applicationName: applicationName(options) });
  const { name } = placeOf({ ...options, database: options.database.id, type: 'full' });
  const dataKey = `${options.database.id}/${dataFilename(name, options.attempt, options.compression.codec)}`;
  // One controller for all that runs side by side: the first failure ends the rest.
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, snapshot.lost, stop.signal]);
  try {
    const tools = await toolsFor(snapshot.serverVersion);
    const [totals, source] = await together(stop, [
      storeDump({ ...context, signal }, options, snapshot, tools, dataKey),
      describeSource({ ...context, signal }, options, snapshot, tools, name),
    ]);
    context.onProgress?.({ phase: 'committing', rawBytes: totals.rawBytes, storedBytes: totals.storedBytes });
    return await commitManifest(context, options, {
      name,
      dataKey,
      totals,
      source,
      snapshot,
      tools,
      durationMs: performance.now() - startedAt,
    });
  } catch (error) {
    await removeAttempt(context, dataKey);
    throw context.signal.aborted ? context.signal.reason : error;
  } finally {
    await snapshot.close();
  }
}

async function storeDump(
  context: EngineContext,
  options: BackupOptions,
  snapshot: Snapshot,
  tools: Tools,
  key: string,
): Promise<ArchiveTotals> {
  const { codec, level } = options.compression;
  const estimatedBytes = snapshot.databaseBytes;
  const archive = packArchive(dumpSource(context, options, snapshot, tools), {
    codec,
    level,
    archiveId: options.run,
    signal: context.signal,
    onProgress: (bytes) => context.onProgress?.({ phase: 'dumping', ...bytes, estimatedBytes }),
  });
  const { sizeBytes } = await context.repository.storage.put(key, archive.bytes, { signal: context.signal });
  const totals = await archive.totals;
  // What the storage says it took, and what it then has: a write that was cut silently shows only in the second.
  const kept = Math.min(sizeBytes, (await context.repository.storage.head(key))?.sizeBytes ?? 0);
  if (kept !== totals.storedBytes) {
    throw new HoldfastError(
      'storage_failed',
      `${context.repository.storage.location} kept ${kept} of ${totals.storedBytes} bytes of ${key}; check the storage, then try again.`,
    );
  }
  return totals;
}

/** Both or neither: the first failure stops the other, and is the error. */
async function together<A, B>(
  stop: AbortController,
  work: readonly [Promise<A>, Promise<B>],
): Promise<[A, B]> {
  try {
    return await Promise.all(work);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(work);
    throw error;
  }
}

async function removeAttempt(context: EngineContext, dataKey: string): Promise<void> {
  const { storage } = context.repository;
  try {
    await storage.remove(dataKey);
    await storage.remove(globalsKeyOf(dataKey));
  } catch {
    // The failure that brought us here is the one to tell; the run's tidying removes what stays.
  }
}

function refuseWhatIsNotBuilt(options: BackupOptions): void {
  if (options.request.type !== 'full') {
    throw new HoldfastError(
      'invalid_request',
      `This release makes full backups only; ask for type full instead of ${options.request.type}.`,
    );
  }
}
