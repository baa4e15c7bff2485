import {
  HoldfastError,
  isForeign,
  type BackupSummary,
  type OperationId,
  type RunRecord,
} from '@holdfast/contracts';
import { lookUp } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import type { CallContext } from '../http/handler.ts';
import { isInForce } from '../retention/pin-store.ts';
import { askForRun } from '../runs/ask.ts';
import { whyNotRemoved, type Removable } from './judge-removal.ts';
import { readWorths } from './worths-known.ts';

export type WantedRemoval = {
  readonly reference: string;
  /** As the query has it. */
  readonly force?: '0' | '1' | 'true' | 'false' | undefined;
};

/**
 * Asks for a backup to be deleted. What stands in the way is told at once where it is seen from here; else by the run.
 * Throws backup_not_found, path_refused, backup_needed, backup_pinned, last_good_backup.
 */
export function askForRemoval(
  deps: GatewayDependencies,
  context: CallContext,
  operation: OperationId,
  { reference, force: given }: WantedRemoval,
): Promise<RunRecord> {
  const force = given === '1' || given === 'true';
  return askForRun(deps, context, {
    operation,
    request: { reference, force },
    prepare: async () => {
      const found = await lookUp(deps.repository, reference);
      if (!isForeign(found)) await assertRemovable(deps, found.backup, force);
      const { filename, database } = isForeign(found) ? found : found.backup;
      const data = { filename, by: context.caller.name, ...(force ? { force } : {}) };
      return { kind: 'removal', database, type: 'backup.delete_requested', data };
    },
  });
}

async function assertRemovable(
  deps: GatewayDependencies,
  backup: Pick<BackupSummary, 'name' | 'database'>,
  isForced: boolean,
): Promise<void> {
  const [entries, worths, pinned] = await Promise.all([
    deps.repository.list({ database: backup.database }),
    readWorths(deps),
    deps.pins.get(backup.name),
  ]);
  const all = entries.flatMap((entry): Removable[] => {
    if (entry.problem !== undefined) return [];
    const { backup: each, ancestors } = entry.manifest;
    const verdict = worths.of.get(each.name)?.lastValidation?.verdict;
    return [{ ...each, ancestors: ancestors.map(({ name }) => name), verdict }];
  });
  const wanted = all.find(({ name }) => name === backup.name);
  const pin = pinned && isInForce(pinned.value, deps.now()) ? pinned.value : undefined;
  const why = wanted && whyNotRemoved(wanted, { all, pin, isForced });
  if (why) throw new HoldfastError(why.code, why.message);
}
