import { isForeign, type OperationId, type RunRecord } from '@holdfast/contracts';
import { lookUp } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import type { CallContext } from '../http/handler.ts';
import { askForRun } from '../runs/ask.ts';

/** Asks for a backup to be deleted. Throws backup_not_found, path_refused. */
export function askForRemoval(
  deps: GatewayDependencies,
  context: CallContext,
  operation: OperationId,
  reference: string,
): Promise<RunRecord> {
  return askForRun(deps, context, {
    operation,
    request: { reference },
    prepare: async () => {
      const found = await lookUp(deps.repository, reference);
      const { filename, database } = isForeign(found) ? found : found.backup;
      const data = { filename, by: context.caller.name };
      return { kind: 'removal', database, type: 'backup.delete_requested', data };
    },
  });
}
