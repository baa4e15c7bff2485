import { HoldfastError, type Manifest } from '@holdfast/contracts';
import {
  createDatabaseLike,
  databaseExists,
  dropDatabase,
  renameDatabase,
  listDatabases,
  type Target,
} from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { toolsFor } from '../tools.ts';
import { assertSameContent, fill } from './fill.ts';
import { incomingName, incomingPattern } from './names.ts';
import { assertNothingBlocks } from './preflight.ts';
import type { Restored, RestoreOptions } from './restore-backup.ts';
import { serverVersionOf } from './server-version.ts';

/** Mode `new`: another database of the same server. It gets its name only when its content was compared. */
export async function restoreToNew(
  context: EngineContext,
  options: RestoreOptions,
  manifest: Manifest,
): Promise<Restored> {
  const name = options.request.newDatabaseName;
  if (name === undefined || name === '') {
    throw new HoldfastError('invalid_request', 'Mode new needs the name of the database to make: --to NAME.');
  }
  const admin: Target = { ...options.database.target, database: 'postgres' };
  const live = options.database.target.database;
  for (const leftover of await listDatabases(admin, incomingPattern(name, options.run)))
    await dropDatabase(admin, leftover);
  if (await databaseExists(admin, name)) {
    throw new HoldfastError(
      'name_taken',
      `A database "${name}" exists already; choose another name, or restore into it with --mode swap.`,
    );
  }
  await assertNothingBlocks(manifest, [], admin);
  const tools = await toolsFor(
    Math.max(await serverVersionOf(admin), manifest.fingerprint.toolsMajor * 10_000),
  );
  const incoming = incomingName(name, options.run, options.attempt);
  await createDatabaseLike(admin, (await databaseExists(admin, live)) ? live : undefined, incoming);
  try {
    const target = { ...admin, database: incoming };
    const warnings = await fill(context, manifest, target, tools);
    await assertSameContent(context, manifest, target, tools);
    await options.beforeSwap?.();
    await renameDatabase(admin, incoming, name);
    return { databaseName: name, warnings: [...warnings] };
  } catch (error) {
    if (await databaseExists(admin, incoming)) await dropDatabase(admin, incoming);
    throw context.signal.aborted ? context.signal.reason : error;
  }
}
