import { HoldfastError, type Manifest } from '@holdfast/contracts';
import { preflightInPlace, type Target } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { toolsFor } from '../tools.ts';
import { assertSameContent, fill } from './fill.ts';
import { assertNothingBlocks } from './preflight.ts';
import type { Restored, RestoreOptions } from './restore-backup.ts';
import { serverVersionOf } from './server-version.ts';

/** Mode `in-place`: the live database itself, in one transaction: all of it or nothing. */
export async function restoreInPlace(
  context: EngineContext,
  options: RestoreOptions,
  manifest: Manifest,
): Promise<Restored & { safetyBackup?: string | undefined }> {
  const { target } = options.database;
  const admin: Target = { ...target, database: 'postgres' };
  const { extraObjects, findings } = await preflightInPlace(target, Object.keys(manifest.fingerprint.rows));
  await assertNothingBlocks(manifest, findings, admin);
  if (extraObjects.length > 0 && !options.request.keepExtra) {
    const shown = extraObjects.slice(0, 10).join(', ');
    throw new HoldfastError(
      'extra_objects',
      `"${target.database}" has ${extraObjects.length} objects that the backup does not know (${shown}); keep them with --keep-extra, or use --mode swap.`,
    );
  }
  const safetyBackup = await options.safetyBackup?.();
  const tools = await toolsFor(
    Math.max(await serverVersionOf(target), manifest.fingerprint.toolsMajor * 10_000),
  );
  await options.beforeSwap?.();
  const warnings = await fill(context, manifest, target, tools, { clean: true, singleTransaction: true });
  if (extraObjects.length === 0) await assertSameContent(context, manifest, target, tools);
  return { databaseName: target.database, warnings: [...warnings], safetyBackup };
}
