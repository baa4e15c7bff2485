import type { Finding, Manifest } from '@holdfast/contracts';
import type { Target, Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { compareContent } from '../restore/compare-content.ts';
import { fill } from '../restore/fill.ts';
import { drillNeedsOf } from './drill-needs.ts';
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
  const database = await prepareDrillDatabase(server.admin, drillNeedsOf(manifest));
  try {
    // Streamed by one session: a drill proves, it does not hurry, and shares the machine with others.
    await fill({ ...context, jobs: 1 }, manifest, database.owner, server.tools, {
      noOwner: true,
      skipExtensionComments: true,
    });
    const target = { ...server.admin, database: database.owner.database };
    const findings = await compareContent(context, manifest, target, server.tools);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    return { detail: `restored into a scratch server in ${seconds} s (${server.isolation})`, findings };
  } finally {
    await database.drop();
  }
}
