import { failureOf, HoldfastError, type Finding, type Manifest } from '@holdfast/contracts';
import { withClient, type Target, type Tools } from '@holdfast/postgres';
import { contentsOf } from '../contents/contents-of.ts';
import type { EngineContext } from '../context.ts';
import { compareContent } from '../restore/compare-content.ts';
import { fill } from '../restore/fill.ts';
import { drillNeedsOf } from './drill-needs.ts';
import { judgeDrillFailure } from './judge-drill-failure.ts';
import { judgeNeeds } from './judge-needs.ts';
import { lookAtServer } from './look-at-server.ts';
import { prepareDrillDatabase, type DrillDatabase } from './prepare-drill-database.ts';
import { runAmcheck } from './run-amcheck.ts';
import { runChecks } from './run-checks.ts';
import { superuserContent, withoutThem } from './superuser-content.ts';

/** A scratch server that holds nothing of value. `close` ends it and removes all traces. */
export type DrillServer = {
  /** Its superuser, database `postgres`. */
  readonly admin: Target;
  readonly tools: Tools;
  /** What a reader should know of how isolated it was. */
  readonly isolation: string;
  close(): Promise<void>;
};

export type DrillOptions = {
  /** A folder of SQL files that must hold [none]. */
  readonly checksDir?: string | undefined;
  /** Look at the indexes with amcheck [false]. */
  readonly amcheck?: boolean | undefined;
};

export type Drill = {
  readonly findings: readonly Finding[];
  /** From the first byte to the last comparison; absent when nothing was restored. */
  readonly recoveryMs?: number;
};

/**
 * Restores the backup into `server` as an owner without any special right, then compares its fingerprint. Restored
 * code runs as that owner and can leave neither the database nor the server. What the server lacks, or was lost with,
 * is never the backup's fault: `inconclusive`, or drill_unavailable. Throws restore_failed and what reading it throws.
 */
export async function runDrill(
  context: EngineContext,
  manifest: Manifest,
  server: DrillServer,
  options: DrillOptions = {},
): Promise<Drill> {
  const needs = drillNeedsOf(manifest);
  const judged = judgeNeeds(needs, await lookAtServer(server.admin, needs));
  if (!judged.isPossible) return { findings: judged.findings };
  const leftOut = superuserContent(await contentsOf(context, manifest));
  const database = await prepareDrillDatabase(server.admin, needs);
  const told = [...judged.findings, ...(leftOut ? [leftOut] : [])];
  try {
    const { findings, recoveryMs } = await restoreAndCompare(context, manifest, server, database, {
      leavesOut: leftOut !== undefined,
    });
    const compared = leftOut ? withoutThem(findings) : findings;
    return {
      findings: [...compared, ...told, ...(await look(context, manifest, server, database, options))],
      recoveryMs,
    };
  } catch (error) {
    context.signal.throwIfAborted();
    const failure = failureOf(error);
    const verdict = judgeDrillFailure(failure, {
      isServerAlive: await isAlive(server.admin),
      isOtherMajor: judged.findings.some(({ check }) => check === 'version'),
      leftOut: leftOut !== undefined,
    });
    if (verdict === 'bad') throw error;
    if (verdict === 'unavailable') throw serverTrouble(failure.message, error);
    return { findings: [{ check: 'restore', outcome: 'inconclusive', detail: failure.message }, ...told] };
  } finally {
    // A server that is gone has nothing to be removed.
    await database.drop().catch(async (error: unknown) => {
      if (await isAlive(server.admin)) throw error;
    });
  }
}

async function restoreAndCompare(
  context: EngineContext,
  manifest: Manifest,
  server: DrillServer,
  { owner }: DrillDatabase,
  { leavesOut }: { readonly leavesOut: boolean },
): Promise<Required<Drill>> {
  const startedAt = performance.now();
  // Streamed by one session: a drill proves, it does not hurry, and shares the machine with others.
  await fill({ ...context, jobs: 1 }, manifest, owner, server.tools, {
    noOwner: true,
    skipExtensionComments: true,
    skipSuperuserContent: leavesOut,
  });
  const target = { ...server.admin, database: owner.database };
  const compared = await compareContent(context, manifest, target, server.tools);
  const recoveryMs = Math.round(performance.now() - startedAt);
  const seconds = (recoveryMs / 1_000).toFixed(1);
  const detail = `restored into a scratch server in ${seconds} s (${server.isolation})`;
  return { findings: [{ check: 'restore', outcome: 'ok', detail }, ...compared], recoveryMs };
}

async function look(
  { signal }: EngineContext,
  manifest: Manifest,
  { admin }: DrillServer,
  { owner }: DrillDatabase,
  { checksDir, amcheck = false }: DrillOptions,
): Promise<readonly Finding[]> {
  const checked = checksDir === undefined ? [] : await runChecks(checksDir, manifest.backup.database, owner);
  return amcheck ? [...checked, await runAmcheck(admin, owner, signal)] : checked;
}

const isAlive = (admin: Target): Promise<boolean> =>
  withClient(admin, (client) => client.query('select 1')).then(
    () => true,
    () => false,
  );

const serverTrouble = (message: string, cause: unknown): HoldfastError =>
  new HoldfastError(
    'drill_unavailable',
    `The scratch server was lost or had no room half-way, which says nothing of the backup: ${message}`,
    { cause },
  );
