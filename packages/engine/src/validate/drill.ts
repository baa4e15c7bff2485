import type { Finding, Manifest } from '@holdfast/contracts';
import {
  compareFingerprints,
  openSnapshot,
  restoreDump,
  takeFingerprint,
  type Target,
  type Tools,
} from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { readDump } from '../repository/read-dump.ts';
import { prepareDrillDatabase } from './prepare-drill-database.ts';

/** A scratch server that holds nothing of value. `close` ends it and removes all traces. */
export type DrillServer = {
  /** Its superuser, database `postgres`. */
  readonly admin: Target;
  readonly tools: Tools;
  /** What a reader should know of how isolated it was. */
  readonly isolation: string;
  close(): Promise<void>;
};

export type Drill = { readonly detail: string; readonly findings: readonly Finding[] };

/**
 * Restores the backup into `server` as an owner without any special right, then compares its fingerprint. Restored
 * code runs as that owner and can leave neither the database nor the server.
 */
export async function runDrill(
  context: EngineContext,
  manifest: Manifest,
  server: DrillServer,
): Promise<Drill> {
  const startedAt = performance.now();
  const database = await prepareDrillDatabase(server.admin, manifest);
  try {
    const source = readDump(context.repository, manifest, {
      signal: context.signal,
      onProgress: (bytes) =>
        context.onProgress?.({ phase: 'restoring', ...bytes, estimatedBytes: manifest.backup.rawBytes }),
    });
    await restoreDump({
      target: database.owner,
      tools: server.tools,
      source,
      signal: context.signal,
      noOwner: true,
      skipExtensionComments: true,
    });
    context.onProgress?.({
      phase: 'comparing',
      rawBytes: manifest.backup.rawBytes,
      storedBytes: manifest.backup.sizeBytes,
    });
    const findings = await compare(
      context,
      manifest,
      { ...server.admin, database: database.owner.database },
      server.tools,
    );
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    return { detail: `restored into a scratch server in ${seconds} s (${server.isolation})`, findings };
  } finally {
    await database.drop();
  }
}

async function compare(
  context: EngineContext,
  manifest: Manifest,
  target: Target,
  tools: Tools,
): Promise<readonly Finding[]> {
  const snapshot = await openSnapshot(target, { applicationName: 'holdfast drill' });
  try {
    const actual = await takeFingerprint({
      client: snapshot.client,
      target,
      tools,
      snapshotId: snapshot.id,
      signal: context.signal,
    });
    return compareFingerprints(manifest.fingerprint, actual);
  } finally {
    await snapshot.close();
  }
}
