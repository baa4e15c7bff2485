import { HoldfastError } from '@holdfast/contracts';
import {
  createDatabaseLike,
  databaseExists,
  dropDatabase,
  renameDatabase,
  listDatabases,
  type Target,
} from '@holdfast/postgres';
import { chosen } from '../chosen.ts';
import type { EngineContext } from '../context.ts';
import { toolsFor } from '../tools.ts';
import type { RestoreContent } from './content.ts';
import { incomingName, incomingPattern } from './names.ts';
import { planPartial } from './plan-partial.ts';
import { assertNothingBlocks } from './preflight.ts';
import type { Restored, RestoreOptions } from './restore-backup.ts';
import { serverVersionOf } from './server-version.ts';

/** Mode `new`: another database of the same server. It gets its name only when its content was compared. */
export async function restoreToNew(
  context: EngineContext,
  options: RestoreOptions,
  content: RestoreContent,
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
  const like = (await databaseExists(admin, live)) ? live : undefined;
  await assertNothingBlocks(content, [], admin, like);
  const tools = await toolsFor(Math.max(await serverVersionOf(admin), content.toolsVersion));
  const incoming = incomingName(name, options.run, options.attempt);
  await createDatabaseLike(admin, like, incoming);
  try {
    const target = { ...admin, database: incoming };
    const selection = planPartial(content, options.request);
    const warnings = await content.fillInto(target, tools, chosen(options.request));
    await content.compare(target, tools, selection);
    await options.beforeSwap?.();
    await renameDatabase(admin, incoming, name);
    return { databaseName: name, warnings: [...warnings] };
  } catch (error) {
    if (await databaseExists(admin, incoming)) await dropDatabase(admin, incoming);
    throw context.signal.aborted ? context.signal.reason : error;
  }
}
