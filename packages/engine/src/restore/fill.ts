import { HoldfastError, type Manifest, type Selection } from '@holdfast/contracts';
import {
  freeBytes,
  planJobs,
  restoreDump,
  restoreParallel,
  type RestoreOptions,
  type Target,
  type Tools,
} from '@holdfast/postgres';
import { scratchDirOf, type EngineContext } from '../context.ts';
import { readDump } from '../repository/read-dump.ts';
import { makeSchemas } from './make-schemas.ts';
import { compareContent } from './compare-content.ts';

export type FillOptions = Pick<
  RestoreOptions,
  'clean' | 'singleTransaction' | 'noOwner' | 'skipExtensionComments' | 'skipSuperuserContent' | 'selection'
>;

/** Restores the dump into `target`: streamed, or by way of the scratch folder where several jobs are wanted or it is a tar. */
export async function fill(
  context: EngineContext,
  manifest: Manifest,
  target: Target,
  tools: Tools,
  options: FillOptions = {},
): Promise<readonly string[]> {
  const { rawBytes, selection } = manifest.backup;
  if (selection?.tables) await makeSchemas(context, manifest, target, tools);
  const restore = {
    target,
    tools,
    signal: context.signal,
    source: readDump(context.repository, manifest, {
      signal: context.signal,
      onProgress: (bytes) => context.onProgress?.({ phase: 'restoring', ...bytes, estimatedBytes: rawBytes }),
    }),
    ...options,
  };
  const kind = manifest.data.format === 'tar' ? 'tar' : 'custom';
  const wanted = options.clean || options.singleTransaction ? 1 : (context.jobs ?? 1);
  const scratchDir = scratchDirOf(context);
  if (kind === 'tar') {
    const { warnings } = await restoreParallel({
      ...restore,
      kind,
      sizeBytes: rawBytes,
      scratchDir,
      jobs: wanted,
    });
    return warnings;
  }
  const { jobs, warning } = planJobs({
    wanted,
    needBytes: rawBytes,
    freeBytes: wanted > 1 ? await freeBytes(scratchDir) : 0,
  });
  const { warnings } =
    jobs > 1
      ? await restoreParallel({ ...restore, kind, sizeBytes: rawBytes, scratchDir, jobs })
      : await restoreDump(restore);
  return warning === undefined ? warnings : [warning, ...warnings];
}

/** Throws fingerprint_mismatch naming the differences between what is in `target` and what was backed up. */
export async function assertSameContent(
  context: EngineContext,
  manifest: Manifest,
  target: Target,
  tools: Tools,
  selection?: Selection,
): Promise<void> {
  const findings = await compareContent(context, manifest, target, tools, selection);
  const failed = findings.filter((finding) => finding.outcome === 'failed');
  if (failed.length === 0) return;
  const differences = failed.map((finding) => `${finding.check}: ${finding.detail}`).join('; ');
  throw new HoldfastError(
    'fingerprint_mismatch',
    `What was restored from ${manifest.backup.filename} differs from what was backed up (${differences}).`,
  );
}
