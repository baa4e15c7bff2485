import type { Finding, Manifest, Selection } from '@holdfast/contracts';
import {
  compareFingerprints,
  openSnapshot,
  takeFingerprint,
  type Target,
  type Tools,
} from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';

/** What is in `target` against the manifest's fingerprint. Of a part of a database only the rows that are there are compared. */
export async function compareContent(
  context: EngineContext,
  manifest: Manifest,
  target: Target,
  tools: Tools,
  selection: Selection | undefined = manifest.backup.selection,
): Promise<readonly Finding[]> {
  const { rawBytes, sizeBytes } = manifest.backup;
  context.onProgress?.({ phase: 'comparing', rawBytes, storedBytes: sizeBytes });
  const snapshot = await openSnapshot(target, { applicationName: 'holdfast compare' });
  try {
    const actual = await takeFingerprint({
      client: snapshot.client,
      target,
      tools,
      snapshotId: snapshot.id,
      signal: context.signal,
      like: manifest.fingerprint,
    });
    const { fingerprint } = manifest;
    if (!selection) return compareFingerprints(fingerprint, actual);
    // Which tables were left without their rows, only pg_dump's patterns know: an empty one says nothing then.
    const mayBeEmpty = (selection.excludeTableData ?? []).length > 0;
    const withoutData = Object.entries(actual.rows).flatMap(([name, count]) =>
      mayBeEmpty && count === 0 ? [name] : [],
    );
    const expected = Object.entries(fingerprint.rows).filter(
      ([name]) => Object.hasOwn(actual.rows, name) && !withoutData.includes(name),
    );
    const filled = Object.entries(actual.rows).filter(([name]) => !withoutData.includes(name));
    const [rows] = compareFingerprints(
      { ...fingerprint, rows: Object.fromEntries(expected), estimated: {} },
      { ...actual, rows: Object.fromEntries(filled) },
    );
    return [
      ...(rows ? [rows] : []),
      {
        check: 'selection',
        outcome: 'skipped',
        detail: 'it is a part of a database: only the rows of the tables that are there were compared',
      },
    ];
  } finally {
    await snapshot.close();
  }
}
