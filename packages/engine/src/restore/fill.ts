import { HoldfastError, type Manifest } from '@holdfast/contracts';
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

export type FillOptions = { readonly clean?: boolean; readonly singleTransaction?: boolean };

/** Restores the dump into `target`, streamed, one job. */
export async function fill(
  context: EngineContext,
  manifest: Manifest,
  target: Target,
  tools: Tools,
  options: FillOptions = {},
): Promise<readonly string[]> {
  const source = readDump(context.repository, manifest, {
    signal: context.signal,
    onProgress: (bytes) =>
      context.onProgress?.({ phase: 'restoring', ...bytes, estimatedBytes: manifest.backup.rawBytes }),
  });
  const { warnings } = await restoreDump({ target, tools, source, signal: context.signal, ...options });
  return warnings;
}

/** Compares what is in `target` with the manifest's fingerprint; throws fingerprint_mismatch naming the differences. */
export async function assertSameContent(
  context: EngineContext,
  manifest: Manifest,
  target: Target,
  tools: Tools,
): Promise<void> {
  context.onProgress?.({
    phase: 'comparing',
    rawBytes: manifest.backup.rawBytes,
    storedBytes: manifest.backup.sizeBytes,
  });
  const snapshot = await openSnapshot(target, { applicationName: 'holdfast compare' });
  try {
    const actual = await takeFingerprint({
      client: snapshot.client,
      target,
      tools,
      snapshotId: snapshot.id,
      signal: context.signal,
    });
    const failed = compareFingerprints(manifest.fingerprint, actual).filter(
      (finding) => finding.outcome === 'failed',
    );
    if (failed.length === 0) return;
    const differences = failed.map((finding) => `${finding.check}: ${finding.detail}`).join('; ');
    throw new HoldfastError(
      'fingerprint_mismatch',
      `What was restored from ${manifest.backup.filename} differs from what was backed up (${differences}).`,
    );
  } finally {
    await snapshot.close();
  }
}
