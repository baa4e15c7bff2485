import { readdir } from 'node:fs/promises';
import {
  compareFingerprints,
  openSnapshot,
  startDump,
  startParallelDump,
  takeFingerprint,
  type Fingerprint,
  type ParallelDumpOptions,
  type Selection,
  type Snapshot,
  type Target,
} from '../src/index.ts';
import { collect, never, processesWith, type Server } from './server.ts';

/** Tables of 40 MB, more than any buffer holds, and a small one that is dumped after them. */
export const BIG = `create table big_0 as select i, repeat(md5(i::text), 20) as body from generate_series(1, 60000) i;
  create table big_1 as table big_0; create table big_2 as table big_0; create table small as select 1 as i`;

export const applicationName = 'holdfast test.1';

export async function withSnapshot<T>(target: Target, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const snapshot = await openSnapshot(target, { applicationName });
  try {
    return await use(snapshot);
  } finally {
    await snapshot.close();
  }
}

type Chosen = Partial<ParallelDumpOptions> & { readonly scratchDir: string };

/** A running parallel dump, by two jobs unless told otherwise. */
export const parallelDumpOf = (server: Server, target: Target, snapshot: Snapshot, chosen: Chosen) =>
  startParallelDump({
    target,
    tools: server.tools,
    snapshotId: snapshot.id,
    lockTimeoutMs: 5_000,
    signal: never,
    applicationName,
    jobs: 2,
    ...chosen,
  });

/** The whole tar of one. */
export const parallelDump = (server: Server, target: Target, chosen: Chosen): Promise<Buffer> =>
  withSnapshot(target, async (snapshot) => {
    const dump = parallelDumpOf(server, target, snapshot, chosen);
    const bytes = await collect(dump.bytes);
    await dump.finished;
    return bytes;
  });

/** A dump in the custom format. */
export const customDump = (server: Server, target: Target, selection: Selection = {}): Promise<Buffer> =>
  withSnapshot(target, async (snapshot) => {
    const dump = startDump({
      target,
      tools: server.tools,
      snapshotId: snapshot.id,
      lockTimeoutMs: 5_000,
      signal: never,
      applicationName,
      selection,
    });
    const bytes = await collect(dump.stdout);
    await dump.finished;
    return bytes;
  });

export const fingerprintOf = (server: Server, target: Target): Promise<Fingerprint> =>
  withSnapshot(target, (snapshot) =>
    takeFingerprint({
      client: snapshot.client,
      target,
      tools: server.tools,
      snapshotId: snapshot.id,
      signal: never,
    }),
  );

/** What differs between two databases; empty when one is the other's copy. */
export async function differences(server: Server, one: Target, other: Target): Promise<readonly string[]> {
  const { materializedViews: _, ...expected } = await fingerprintOf(server, one);
  const actual = await fingerprintOf(server, other);
  return compareFingerprints(expected, actual).flatMap(({ check, outcome, ...rest }) =>
    outcome === 'ok' ? [] : [`${check} ${outcome} ${JSON.stringify(rest)}`],
  );
}

/** In pieces of a size that no boundary in the dump knows. */
export async function* pieces(bytes: Uint8Array, sizeBytes = 10_007): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}

/** Throws when something is left in a scratch folder, or somebody who works there. */
export async function assertEmpty(scratchDir: string): Promise<void> {
  const names = await readdir(scratchDir);
  const processes = await processesWith(scratchDir);
  if (names.length > 0 || processes.length > 0) {
    throw new Error(`left behind: files [${names.join()}], processes [${processes.join()}]`);
  }
}
