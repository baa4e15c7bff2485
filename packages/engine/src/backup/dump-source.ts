import { HoldfastError } from '@holdfast/contracts';
import { dumpActivity, startDump, type Snapshot, type Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { applicationName, type BackupOptions } from './options.ts';
import { readInBatches } from './read-in-batches.ts';
import { guardAgainstStall, type SourceActivity } from './stall-guard.ts';

/** What pg_dump's custom format begins with. */
const CUSTOM_FORMAT_MAGIC = 'PGDMP';

/**
 * The bytes of one pg_dump. Ends normally only when pg_dump itself ended well and wrote an archive, so that nothing
 * after it ever takes half a dump for a whole one.
 */
export async function* dumpSource(
  context: EngineContext,
  options: BackupOptions,
  snapshot: Snapshot,
  tools: Tools,
): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  const dump = startDump({
    target: options.database.target,
    tools,
    snapshotId: snapshot.id,
    lockTimeoutMs: options.lockTimeoutMs,
    signal: AbortSignal.any([context.signal, stop.signal]),
    applicationName: applicationName(options),
  });
  // Its end is awaited below; until then a failure must not count as unhandled.
  dump.finished.catch(() => undefined);
  let first = true;
  try {
    const guarded = guardAgainstStall(readInBatches(dump.stdout), {
      stallTimeoutMs: options.stallTimeoutMs,
      activity: () => activityOf(options),
      onLockWait: (detail) =>
        context.onProgress?.({ phase: 'waiting-for-lock', rawBytes: 0, storedBytes: 0, detail }),
    });
    for await (const bytes of guarded) {
      if (first) assertCustomFormat(bytes);
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
