import type { ArchiveTotals } from '@holdfast/archive';
import { HoldfastError, manifestSchema, type Manifest } from '@holdfast/contracts';
import type { Snapshot, Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { placeOf } from '../repository/repository.ts';
import { globalsKeyOf, type BackupOptions } from './options.ts';
import type { SourceDescription } from './describe-source.ts';

export type Made = {
  readonly name: string;
  readonly dataKey: string;
  readonly totals: ArchiveTotals;
  readonly source: SourceDescription;
  readonly snapshot: Snapshot;
  readonly tools: Tools;
  readonly durationMs: number;
};

/**
 * The commit: the run's one manifest, created only if it is absent. A loser drops its own attempt and answers with
 * the winner's manifest.
 */
export async function commitManifest(
  context: EngineContext,
  options: BackupOptions,
  made: Made,
): Promise<Manifest> {
  const { storage } = context.repository;
  const manifest = manifestSchema.parse(manifestOf(context, options, made));
  await options.beforeCommit?.();
  const { manifestKey } = placeOf({ ...options, database: options.database.id, type: 'full' });
  const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`, 'utf8');
  if ((await storage.createIfAbsent(manifestKey, bytes)) === 'created') return manifest;

  const winner = await context.repository.readManifest(manifestKey);
  if (winner.backup.run !== options.run) {
    throw new HoldfastError(
      'name_taken',
      `${manifestKey} belongs to run ${winner.backup.run}; ask for the backup again.`,
    );
  }
  if (winner.data.key !== made.dataKey) {
    await storage.remove(made.dataKey);
    await storage.remove(globalsKeyOf(made.dataKey));
  }
  return winner;
}

function manifestOf(context: EngineContext, options: BackupOptions, made: Made): Manifest {
  const { request, database } = options;
  const { totals, source } = made;
  const rows = Object.values(source.fingerprint.rows);
  return {
    manifestVersion: 1,
    backup: {
      name: made.name,
      filename: made.dataKey.slice(made.dataKey.lastIndexOf('/') + 1),
      ...(request.alias === undefined ? {} : { alias: request.alias }),
      database: database.id,
      databaseName: database.target.database,
      type: 'full',
      trigger: request.trigger,
      description: request.description,
      run: options.run,
      attempt: options.attempt,
      createdAt: new Date().toISOString(),
      durationMs: Math.round(made.durationMs),
      sizeBytes: totals.storedBytes,
      rawBytes: totals.rawBytes,
      sha256: totals.sha256,
      compression: options.compression.codec,
      encrypted: false,
      serverVersion: made.snapshot.serverVersion,
      tablesCount: rows.length,
      rowsCount: rows.reduce((sum, count) => sum + count, 0),
      warnings: [...source.warnings],
    },
    data: {
      key: made.dataKey,
      sizeBytes: totals.storedBytes,
      sha256: totals.sha256,
      rawSha256: totals.rawSha256,
      format: 'custom',
    },
    ...(source.globals ? { globals: source.globals } : {}),
    source: source.source,
    fingerprint: source.fingerprint,
    madeBy: { release: context.release, worker: context.worker, pgDump: made.tools.version },
  };
}
