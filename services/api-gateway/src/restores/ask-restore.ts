import {
  HoldfastError,
  isForeign,
  type OperationId,
  type RestoreRequest,
  type RunId,
  type RunRecord,
} from '@holdfast/contracts';
import { lookUp } from '@holdfast/engine';
import { pickDatabase } from '../backups/pick-database.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import type { CallContext } from '../http/handler.ts';
import { askForRun } from '../runs/ask.ts';
import { mustBeKnown, view } from '../runs/known-run.ts';
import { judgeUndo } from './decide.ts';

export type WantedRestore = Omit<RestoreRequest, 'by'> & { readonly database?: string | undefined };

/** Asks for a restore into the named database, or the one that the backup is of. */
export function askForRestore(
  deps: GatewayDependencies,
  context: CallContext,
  operation: OperationId,
  { database: named, ...request }: WantedRestore,
): Promise<RunRecord> {
  return askForRun(deps, context, {
    operation,
    request: { named, ...request },
    prepare: async () => {
      const found = await lookUp(deps.repository, request.filename);
      const backup = isForeign(found) ? found : found.backup;
      const database = await pickDatabase(deps, named ?? backup.database, 'restore');
      // The file's own name from here on: an alias could come to mean another backup while the request waits.
      const data = { ...request, filename: backup.filename, by: context.caller.name };
      return { kind: 'restore', database, type: 'restore.requested', data };
    },
  });
}

/** Asks for what a restore replaced to be brought back. Throws run_not_found, undo_unavailable. */
export function askForUndo(
  deps: GatewayDependencies,
  context: CallContext,
  restore: RunId,
): Promise<RunRecord> {
  return askForRun(deps, context, {
    operation: 'undoRestore',
    request: { restore },
    prepare: async () => {
      const run = view(await mustBeKnown(deps, restore));
      const obstacle = judgeUndo(run, (timestamp) => new Date(timestamp) < deps.now());
      if (obstacle !== undefined) throw new HoldfastError('undo_unavailable', obstacle);
      return {
        kind: 'undo',
        database: run.database,
        type: 'restore.undo_requested',
        data: { restore, by: context.caller.name },
        correlation: run.correlation ?? restore,
      };
    },
  });
}
