import {
  failureOf,
  HoldfastError,
  type BackupRequest,
  type OperationId,
  type RunRecord,
} from '@holdfast/contracts';
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
      if (request.alias !== undefined) await assertFree(deps, request.alias);
      return {
        kind: 'backup',
        database,
        type: 'backup.requested',
        data: { ...request, by: context.caller.name },
      };
    },
  });
}

/** A name that already finds a backup would find either from then on. Throws name_taken, path_refused. */
async function assertFree(deps: GatewayDependencies, alias: string): Promise<void> {
  try {
    await deps.repository.find(alias);
  } catch (error) {
    if (failureOf(error).code === 'backup_not_found') return;
    throw error;
  }
  throw new HoldfastError(
    'name_taken',
    `A backup "${alias}" already exists; choose another name or delete it first.`,
  );
}
