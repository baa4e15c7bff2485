import { HoldfastError } from '@holdfast/contracts';
import {
  dumpActivity,
  freeBytes,
  openOutputPipe,
  planJobs,
  scratchNeed,
  startDumpInto,
  startParallelDump,
  type Snapshot,
  type Tools,
} from '@holdfast/postgres';
import { scratchDirOf, type EngineContext } from '../context.ts';
import { applicationName, type BackupOptions } from './options.ts';
import { chosen } from '../chosen.ts';
import { readInBatches } from './read-in-batches.ts';
import { guardAgainstStall, type SourceActivity } from './stall-guard.ts';

/** What pg_dump's custom format begins with. */
const CUSTOM_FORMAT_MAGIC = 'PGDMP';

/** How the dump is made: the jobs that there is room for, and so its format. */
export type DumpPlan = { readonly jobs: number; readonly format: 'custom' | 'tar' };

/**
 * The bytes of one pg_dump. Ends normally only when pg_dump itself ended well and wrote an archive, so that nothing
 * after it ever takes half a dump for a whole one.
 */
export async function* dumpSource(
  context: EngineContext,
  options: BackupOptions,
  snapshot: Snapshot,
  tools: Tools,
  plan: DumpPlan,
): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  const dump = await start(context, options, snapshot, tools, plan, stop.signal);
  // Its end is awaited below; until then a failure must not count as unhandled.
  dump.finished.catch(() => undefined);
  let first = true;
  try {
    const guarded = guardAgainstStall(dump.bytes, {
      stallTimeoutMs: options.stallTimeoutMs,
      activity: () => activityOf(options),
      onLockWait: (detail) =>
        context.onProgress?.({ phase: 'waiting-for-lock', rawBytes: 0, storedBytes: 0, detail }),
    });
    for await (const bytes of guarded) {
      if (first && plan.format === 'custom') assertCustomFormat(bytes);
      first = false;
      yield bytes;
    }
    await dump.finished;
  } finally {
    stop.abort(new HoldfastError('dump_failed', 'The dump was given up.'));
    await dump.finished.catch(() => undefined); // told above when it mattered; here only the child's end is awaited
  }
  if (first)
    throw new HoldfastError(
      'dump_empty',
      'pg_dump ended without an error but wrote nothing; try again and look at the server log.',
    );
}

async function start(
  context: EngineContext,
  options: BackupOptions,
  snapshot: Snapshot,
  tools: Tools,
  { jobs, format }: DumpPlan,
  stopped: AbortSignal,
): Promise<{ readonly bytes: AsyncIterable<Uint8Array>; readonly finished: Promise<void> }> {
  const common = {
    target: options.database.target,
    tools,
    snapshotId: snapshot.id,
    lockTimeoutMs: options.lockTimeoutMs,
    signal: AbortSignal.any([context.signal, stopped]),
    applicationName: applicationName(options),
    ...chosen(options.request),
  };
  if (format === 'tar') return startParallelDump({ ...common, jobs, scratchDir: scratchDirOf(context) });
  const output = await openOutputPipe();
  const { finished } = startDumpInto(output, common);
  return { bytes: readInBatches(output.source), finished };
}

/** As many jobs as were asked for and there is scratch space for; else one, and why. */
export async function planDump(
  context: EngineContext,
  databaseBytes: () => Promise<number>,
): Promise<DumpPlan & { readonly warnings: readonly string[] }> {
  const wanted = context.jobs ?? 1;
  if (wanted <= 1) return { jobs: 1, format: 'custom', warnings: [] };
  const needBytes = scratchNeed({ databaseBytes: await databaseBytes(), jobs: wanted });
  const { jobs, warning } = planJobs({
    wanted,
    needBytes,
    freeBytes: await freeBytes(scratchDirOf(context)),
  });
  return {
    jobs,
    format: jobs > 1 ? 'tar' : 'custom',
    warnings: warning === undefined ? [] : [warning],
  };
}

function assertCustomFormat(bytes: Uint8Array): void {
  if (Buffer.from(bytes.subarray(0, 5)).toString('latin1') === CUSTOM_FORMAT_MAGIC) return;
  throw new HoldfastError(
    'dump_empty',
    'pg_dump wrote something that is no archive of its own; is it wrapped by a script?',
  );
}

async function activityOf(options: BackupOptions): Promise<SourceActivity> {
  const seen = await dumpActivity(options.database.target, applicationName(options));
  if (seen?.blockedBy) {
    const { pid, user, query } = seen.blockedBy;
    return { state: 'lock', detail: `waits for ${user}'s session ${pid}: ${query.slice(0, 200)}` };
  }
  return { state: seen?.active ? 'active' : 'idle' };
}
