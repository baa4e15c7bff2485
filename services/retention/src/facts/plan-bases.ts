import type { Manifest, RunRecord } from '@holdfast/contracts';

/**
 * What a backup that is being made may build on: until its manifest is there, nobody sees that it does. Which one it chose
 * depends on its keys and its format, so of each combination the newest stays.
 */
export function planBases(
  manifests: readonly Manifest[],
  active: readonly RunRecord[],
): ReadonlyMap<string, string> {
  const bases = new Map<string, string>();
  const database = manifests[0]?.backup.database;
  const run = active.find((each) => each.kind === 'backup' && each.database === database);
  if (!run) return bases;
  const newest = new Map<string, Manifest>();
  for (const manifest of manifests) {
    const { backup, data } = manifest;
    if (backup.selection || backup.compression === 'none') continue;
    for (const type of ['any', backup.type]) {
      const combination = [type, data.format, backup.encrypted, manifest.ids !== undefined].join();
      const before = newest.get(combination);
      if (!before || before.backup.createdAt < backup.createdAt) newest.set(combination, manifest);
    }
  }
  for (const { backup } of newest.values())
    bases.set(backup.name, `backup ${run.id}, which is being made, may build on it`);
  return bases;
}
