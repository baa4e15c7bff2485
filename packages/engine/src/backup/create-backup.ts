import { dataFilename, type Manifest } from '@holdfast/contracts';
import { openSnapshot, showBeginning } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { placeOf } from '../repository/repository.ts';
import { toolsFor } from '../tools.ts';
import { databaseBytes } from './assert-space.ts';
import { chooseBase } from './choose-base.ts';
import { commitManifest } from './commit-manifest.ts';
import { describeSource } from './describe-source.ts';
import { dumpSource, planDump } from './dump-source.ts';
import { findIndexKey } from './index-key.ts';
import { applicationName, globalsKeyOf, idsKeyOf, type BackupOptions } from './options.ts';
import { storeDump } from './store-dump.ts';

/**
 * One attempt at a backup: dump → archive → storage → manifest. Returns the run's manifest, which may be another
 * attempt's when that one committed first. Whatever fails, this attempt's objects are removed.
 */
export async function createBackup(context: EngineContext, options: BackupOptions): Promise<Manifest> {
  const startedAt = performance.now();
  context.onProgress?.({ phase: 'preparing', rawBytes: 0, storedBytes: 0 });
  const { keys } = context.repository;
  const isEncrypted = options.request.encrypt ?? keys.encryptsByDefault;
  const recipients = isEncrypted ? await keys.recipients() : [];
  // Asked before the snapshot, which is held no longer than it must be.
  const dump = await planDump(context, () => databaseBytes(options.database));
  const index = await findIndexKey(keys);
  const base = await chooseBase(context, options, dump.format, index);
  const snapshot = await openSnapshot(options.database.target, { applicationName: applicationName(options) });
  const { name } = placeOf({ ...options, database: options.database.id, type: options.request.type });
  const filename = dataFilename(name, options.attempt, {
    compression: options.compression.codec,
    format: dump.format,
    hasParent: base.type !== 'full',
    encrypted: isEncrypted,
  });
  const key = `${options.database.id}/${filename}`;
  // One controller for all that runs side by side: the first failure ends the rest.
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, snapshot.lost, stop.signal]);
  try {
    const tools = await toolsFor(snapshot.serverVersion);
    const stoppable = { ...context, signal };
    const { bytes, beginning } = showBeginning(dumpSource(stoppable, options, snapshot, tools, dump), signal);
    const [data, source] = await together(stop, [
      storeDump(stoppable, options, bytes, {
        key,
        base,
        estimatedBytes: snapshot.databaseBytes,
        recipients,
        indexKey: index.indexKey,
      }),
      describeSource(stoppable, options, snapshot, tools, { dataKey: key, recipients, beginning }),
    ]);
    context.onProgress?.({ phase: 'committing', rawBytes: data.rawBytes, storedBytes: data.storedBytes });
    return await commitManifest(context, options, {
      name,
      dataKey: key,
      data,
      base,
      dump,
      recipients,
      warnings: isEncrypted ? index.warnings : [],
      source,
      snapshot,
      tools,
      durationMs: performance.now() - startedAt,
    });
  } catch (error) {
    await removeAttempt(context, key);
    throw context.signal.aborted ? context.signal.reason : error;
  } finally {
    await snapshot.close();
  }
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
    await storage.remove(idsKeyOf(dataKey));
  } catch {
    // The failure that brought us here is the one to tell; the run's tidying removes what stays.
  }
}
