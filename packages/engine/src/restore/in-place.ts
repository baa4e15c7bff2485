import { HoldfastError } from '@holdfast/contracts';
import { preflightInPlace, type Target } from '@holdfast/postgres';
import { chosen } from '../chosen.ts';
import type { EngineContext } from '../context.ts';
import { toolsFor } from '../tools.ts';
import type { RestoreContent } from './content.ts';
import { planPartial } from './plan-partial.ts';
import { assertNothingBlocks } from './preflight.ts';
import type { Restored, RestoreOptions } from './restore-backup.ts';
import { serverVersionOf } from './server-version.ts';

/** Mode `in-place`: the live database itself, in one transaction: all of it or nothing. */
export async function restoreInPlace(
  _context: EngineContext,
  options: RestoreOptions,
  content: RestoreContent,
): Promise<Restored & { safetyBackup?: string | undefined }> {
  const { target } = options.database;
  const admin: Target = { ...target, database: 'postgres' };
  // A part of a database leaves the rest alone: that is what it is for.
  const selection = planPartial(content, options.request);
  const { extraObjects, findings } = await preflightInPlace(target, await content.tables(target));
  await assertNothingBlocks(content, findings, admin, target.database);
  if (extraObjects.length > 0 && !options.request.keepExtra && !selection) {
    const shown = extraObjects.slice(0, 10).join(', ');
    throw new HoldfastError(
      'extra_objects',
      `"${target.database}" has ${extraObjects.length} objects that the backup does not know (${shown}); keep them with --keep-extra, or use --mode swap.`,
    );
  }
  const safetyBackup = await options.safetyBackup?.();
  const tools = await toolsFor(Math.max(await serverVersionOf(target), content.toolsVersion));
  await options.beforeSwap?.();
  const warnings = await content.fillInto(target, tools, {
    clean: true,
    singleTransaction: true,
    ...chosen(options.request),
  });
  if (extraObjects.length === 0 && !selection) await content.compare(target, tools);
  return { databaseName: target.database, warnings: [...warnings], safetyBackup };
}
