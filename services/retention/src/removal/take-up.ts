import type { RunId } from '@holdfast/contracts';
import { removeAllOf } from '@holdfast/engine';
import type { RetentionDependencies } from '../dependencies.ts';

/** What an earlier attempt of the run began to remove and did not end: its manifest is gone, its data may be there. */
export async function takeUp(
  deps: RetentionDependencies,
  run: RunId,
): Promise<{ readonly name: string; readonly freedBytes: number } | undefined> {
  const begun = (await deps.catalogue.entries()).find(({ value }) => value.removing?.run === run);
  if (begun?.value.database === undefined) return undefined;
  const { name, database, sizeBytes } = begun.value;
  await removeAllOf(deps.repository.storage, { name, database });
  await deps.catalogue.remove(begun.key);
  deps.measures.removed(database, sizeBytes);
  return { name, freedBytes: sizeBytes };
}
