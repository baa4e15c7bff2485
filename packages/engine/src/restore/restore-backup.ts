import {
  HoldfastError,
  isForeign,
  type Manifest,
  type RestoreRequest,
  type RestoreResult,
  type RunId,
} from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import { assertLineagePresent } from '../copy/assert-lineage-present.ts';
import { fallBack } from '../copy/fall-back.ts';
import type { DatabaseTarget } from '../databases/parse-databases.ts';
import { lookUp } from '../foreign/foreign-files.ts';
import { restoreForeign } from '../foreign/restore-foreign.ts';
import { readDump } from '../repository/read-dump.ts';
import type { RestoreContent } from './content.ts';
import { contentOfBackup } from './content-of-backup.ts';
import { restoreInPlace } from './in-place.ts';
import { restoreToNew } from './to-new.ts';
import { restoreBySwap } from './by-swap.ts';

export type RestoreOptions = {
  readonly database: DatabaseTarget;
  readonly run: RunId;
  readonly attempt: number;
  readonly request: RestoreRequest;
  readonly validateFirst: boolean;
  /** How long the previous content stays beside a swapped database. */
  readonly keepMs: number;
  /** Makes the safety backup and answers its file name; absent: none is wanted. Called only when there is something to save. */
  readonly safetyBackup?: (() => Promise<string>) | undefined;
  /** Called when the new content stands ready, just before it goes live; throwing leaves all as it was. */
  readonly beforeSwap?: (() => Promise<void>) | undefined;
};

export type Restored = Pick<
  RestoreResult,
  'databaseName' | 'previousDatabaseName' | 'keptUntil' | 'warnings'
>;
export type RestoreMode = (
  context: EngineContext,
  options: RestoreOptions,
  content: RestoreContent,
) => Promise<Restored & { safetyBackup?: string | undefined }>;

/**
 * Brings a backup back: validate → safety backup → restore → compare → go live. Fails closed: whatever goes wrong,
 * the live database is as it was, and what was begun is removed.
 */
export async function restoreBackup(context: EngineContext, options: RestoreOptions): Promise<RestoreResult> {
  const startedAt = performance.now();
  const manifest = await lookUp(context.repository, options.request.filename);
  if (isForeign(manifest)) return restoreForeign(context, options, manifest, modeOf(options.request.mode));
  const { place, warnings } = await fallBack(context.repository, (repository) =>
    options.validateFirst
      ? readToTheEnd({ ...context, repository }, manifest)
      : assertLineagePresent(repository, manifest),
  );
  const there = { ...context, repository: place };
  const restored = await modeOf(options.request.mode)(
    there,
    options,
    contentOfBackup(there, manifest, options.request),
  );
  const told = { ...restored, warnings: [...warnings, ...restored.warnings] };
  return resultOf(manifest, options.request.mode, told, performance.now() - startedAt);
}

export function resultOf(
  manifest: Manifest,
  mode: RestoreResult['mode'],
  restored: Restored & { safetyBackup?: string | undefined },
  durationMs: number,
): RestoreResult {
  const { safetyBackup, ...rest } = restored;
  return {
    filename: manifest.backup.filename,
    mode,
    durationMs: Math.round(durationMs),
    tablesCount: manifest.backup.tablesCount,
    rowsCount: manifest.backup.rowsCount,
    ...rest,
    ...(safetyBackup === undefined ? {} : { safetyBackup }),
  };
}

function modeOf(mode: RestoreRequest['mode']): RestoreMode {
  switch (mode) {
    case 'swap':
      return restoreBySwap;
    case 'in-place':
      return restoreInPlace;
    case 'new':
      return restoreToNew;
    default:
      throw new HoldfastError(
        'invalid_request',
        `"${String(mode satisfies never)}" is no restore mode; use swap, in-place or new.`,
      );
  }
}

/** Every byte is read, decoded and checked before anything is touched. */
async function readToTheEnd(context: EngineContext, manifest: Manifest): Promise<void> {
  const dump = readDump(context.repository, manifest, {
    signal: context.signal,
    onProgress: (bytes) =>
      context.onProgress?.({ phase: 'validating', ...bytes, estimatedBytes: manifest.backup.rawBytes }),
  });
  for await (const bytes of dump) if (bytes.length === 0) continue;
}
