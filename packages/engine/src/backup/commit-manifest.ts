import { HoldfastError, manifestSchema, type Manifest } from '@holdfast/contracts';
import type { Snapshot, Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { recipientsDigest } from '../keys/recipients-digest.ts';
import { lineageOf } from '../repository/backup-chain.ts';
import { placeOf } from '../repository/repository.ts';
import type { BackupBase } from './choose-base.ts';
import type { DumpPlan } from './dump-source.ts';
import { globalsKeyOf, idsKeyOf, type BackupOptions } from './options.ts';
import type { SourceDescription } from './describe-source.ts';
import type { StoredData } from './store-dump.ts';

export type Made = {
  readonly name: string;
  readonly dataKey: string;
  readonly data: StoredData;
  readonly base: BackupBase;
  readonly dump: DumpPlan & { readonly warnings: readonly string[] };
  /** Public keys; empty: not encrypted. */
  readonly recipients: readonly string[];
  /** Of what went before the dump. */
  readonly warnings: readonly string[];
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
  // A parent that was deleted meanwhile would leave this backup worthless: better no backup than that one.
  await lineageOf(context.repository, manifest);
  const { manifestKey } = placeOf({
    ...options,
    database: options.database.id,
    type: options.request.type,
  });
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
    await storage.remove(idsKeyOf(made.dataKey));
  }
  return winner;
}

function manifestOf(context: EngineContext, options: BackupOptions, made: Made): Manifest {
  const { request, database } = options;
  const { data, base, source } = made;
  const [parent] = base.lineage;
  const rows = Object.values(source.fingerprint.rows);
  return {
    manifestVersion: 1,
    backup: {
      name: made.name,
      filename: made.dataKey.slice(made.dataKey.lastIndexOf('/') + 1),
      ...(request.alias === undefined ? {} : { alias: request.alias }),
      database: database.id,
      databaseName: database.target.database,
      type: base.type,
      ...(parent ? { parent: parent.backup.name } : {}),
      trigger: request.trigger,
      description: request.description,
      run: options.run,
      attempt: options.attempt,
      createdAt: new Date().toISOString(),
      durationMs: Math.round(made.durationMs),
      sizeBytes: data.storedBytes,
      rawBytes: data.rawBytes,
      sha256: data.sha256,
      compression: options.compression.codec,
      encrypted: made.recipients.length > 0,
      ...(request.selection ? { selection: request.selection } : {}),
      serverVersion: made.snapshot.serverVersion,
      tablesCount: rows.length + Object.keys(source.fingerprint.estimated ?? {}).length,
      rowsCount: rows.reduce((sum, count) => sum + count, 0),
      warnings: [
        ...made.warnings,
        ...base.warnings,
        ...made.dump.warnings,
        ...source.warnings,
        ...data.warnings,
      ],
    },
    data: {
      key: made.dataKey,
      sizeBytes: data.storedBytes,
      sha256: data.sha256,
      rawSha256: data.rawSha256,
      format: made.dump.format,
    },
    ancestors: base.lineage.map(({ backup: { name, run } }) => ({ name, run })),
    ...(source.globals ? { globals: source.globals } : {}),
    ...(made.recipients.length > 0 ? { recipientsSha256: recipientsDigest(made.recipients) } : {}),
    ...(data.ids ? { ids: data.ids } : {}),
    ...(request.destinations ? { destinations: request.destinations } : {}),
    source: source.source,
    fingerprint: source.fingerprint,
    madeBy: { release: context.release, worker: context.worker, pgDump: made.tools.version },
  };
}
