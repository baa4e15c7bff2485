import { HoldfastError } from '@holdfast/contracts';
import {
  copyDatabaseSettings,
  createDatabaseLike,
  databaseExists,
  dropDatabase,
  listDatabases,
  preflightSwap,
  setDatabaseComment,
  swapDatabases,
  type Target,
} from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { serverVersionOf } from './server-version.ts';
import { toolsFor } from '../tools.ts';
import type { RestoreContent } from './content.ts';
import { keptNote } from './kept-note.ts';
import { incomingName, incomingPattern, previousName } from './names.ts';
import { planPartial } from './plan-partial.ts';
import { assertNothingBlocks } from './preflight.ts';
import type { Restored, RestoreOptions } from './restore-backup.ts';

/**
 * Mode `swap`: the content is built and compared in a database of its own, then takes the live one's name. The
 * previous one stays beside it for `keepMs`. Begun again after a crash, it finds what an earlier attempt had done.
 */
export async function restoreBySwap(
  context: EngineContext,
  options: RestoreOptions,
  content: RestoreContent,
): Promise<Restored & { safetyBackup?: string | undefined }> {
  planPartial(content, options.request);
  const live = options.database.target.database;
  const admin: Target = { ...options.database.target, database: 'postgres' };
  const keepAs = previousName(live, options.run);
  const exists = await databaseExists(admin, live);
  if (exists && (await databaseExists(admin, keepAs)))
    return afterSwap(admin, options, live, keepAs, [], undefined);

  for (const leftover of await listDatabases(admin, incomingPattern(live, options.run)))
    await dropDatabase(admin, leftover);
  await assertNothingBlocks(
    content,
    exists ? await preflightSwap(admin, live) : [],
    admin,
    exists ? live : undefined,
  );
  const safetyBackup = exists ? await options.safetyBackup?.() : undefined;
  const incoming = incomingName(live, options.run, options.attempt);
  const tools = await toolsFor(Math.max(await serverVersionOf(admin), content.toolsVersion));
  await createDatabaseLike(admin, exists ? live : undefined, incoming);
  try {
    const target = { ...admin, database: incoming };
    const warnings = await content.fillInto(target, tools);
    await content.compare(target, tools);
    if (exists) await copyDatabaseSettings(admin, live, incoming);
    context.signal.throwIfAborted();
    await options.beforeSwap?.();
    context.onProgress?.({
      phase: 'swapping',
      rawBytes: content.backup.rawBytes,
      storedBytes: content.backup.sizeBytes,
    });
    await swapDatabases(admin, { live, incoming, keepAs });
    return await afterSwap(admin, options, live, exists ? keepAs : undefined, warnings, safetyBackup);
  } catch (error) {
    if (await databaseExists(admin, incoming)) await dropDatabase(admin, incoming);
    throw context.signal.aborted ? context.signal.reason : error;
  }
}

async function afterSwap(
  admin: Target,
  options: RestoreOptions,
  live: string,
  kept: string | undefined,
  warnings: readonly string[],
  safetyBackup: string | undefined,
): Promise<Restored & { safetyBackup?: string | undefined }> {
  const result = { databaseName: live, warnings: [...warnings], safetyBackup };
  if (kept === undefined) return result;
  const keptUntil = new Date(Date.now() + options.keepMs).toISOString();
  await setDatabaseComment(admin, kept, keptNote({ live, restore: options.run, keptUntil }));
  return { ...result, previousDatabaseName: kept, keptUntil };
}

export function refuseSystemDatabase(name: string): void {
  if (!['postgres', 'template0', 'template1'].includes(name)) return;
  throw new HoldfastError(
    'preflight_failed',
    `"${name}" belongs to the server and is never replaced; restore with --mode new --to NAME.`,
  );
}
