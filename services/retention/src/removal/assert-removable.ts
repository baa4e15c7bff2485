import { HoldfastError, type Manifest } from '@holdfast/contracts';
import { isLastGood, isPinned } from '@holdfast/retention-policy';
import type { RetentionDependencies } from '../dependencies.ts';
import { loadKnown } from '../facts/load-known.ts';
import { planFacts } from '../facts/plan-facts.ts';

/** Throws backup_pinned, backup_in_use and, unless forced, last_good_backup. What builds on it is for the removal itself to see. */
export async function assertRemovable(
  deps: RetentionDependencies,
  manifest: Manifest,
  isForced: boolean,
): Promise<void> {
  const { database, name, filename } = manifest.backup;
  const known = await loadKnown(deps);
  const entries = await deps.repository.list({ database });
  const facts = planFacts(
    entries.flatMap((entry) => (entry.manifest ? [entry.manifest] : [])),
    known,
  );
  const own = facts.find((each) => each.name === name);
  if (own?.pin && isPinned(own.pin, deps.now())) {
    const reason = own.pin.reason === '' ? '' : ` (${own.pin.reason})`;
    throw new HoldfastError(
      'backup_pinned',
      `${filename} is pinned${reason}; unpin it first with "backup-admin unpin".`,
    );
  }
  if (own?.inUse !== undefined)
    throw new HoldfastError(
      'backup_in_use',
      `${filename} cannot be deleted now: ${own.inUse}; try again later.`,
    );
  if (!isForced && isLastGood(facts, name)) {
    throw new HoldfastError(
      'last_good_backup',
      `${filename} is the last good backup of ${database}; make another one first, or delete it with force.`,
    );
  }
}
