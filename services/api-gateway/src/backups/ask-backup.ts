import type { BackupRequest, OperationId, RunRecord } from '@holdfast/contracts';
import { assertFree } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import type { CallContext } from '../http/handler.ts';
import { askForRun } from '../runs/ask.ts';
import { pickDatabase } from './pick-database.ts';

export type WantedBackup = Omit<BackupRequest, 'by'> & { readonly database?: string | undefined };

/** Asks for a backup; answers as soon as the request is on the stream. */
export function askForBackup(
  deps: GatewayDependencies,
  context: CallContext,
  operation: OperationId,
  { database: named, ...request }: WantedBackup,
): Promise<RunRecord> {
  return askForRun(deps, context, {
    operation,
    request: { named, ...request },
    prepare: async () => {
      const database = await pickDatabase(deps, named, 'backup');
      if (request.alias !== undefined) await assertFree(deps.repository, request.alias);
      return {
        kind: 'backup',
        database,
        type: 'backup.requested',
        data: { ...request, by: context.caller.name },
      };
    },
  });
}
