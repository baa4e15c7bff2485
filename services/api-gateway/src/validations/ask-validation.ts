import { isForeign, type EventData, type OperationId, type RunRecord } from '@holdfast/contracts';
import { lookUp } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import type { CallContext } from '../http/handler.ts';
import { askForRun } from '../runs/ask.ts';

/** Asks for a validation. Throws backup_not_found, path_refused, manifest_invalid. */
export function askForValidation(
  deps: GatewayDependencies,
  context: CallContext,
  operation: OperationId,
  request: Omit<EventData<'validation.requested'>, 'by'>,
): Promise<RunRecord> {
  return askForRun(deps, context, {
    operation,
    request,
    prepare: async () => {
      const found = await lookUp(deps.repository, request.filename);
      const { filename, database } = isForeign(found) ? found : found.backup;
      const data = { ...request, filename, by: context.caller.name };
      return { kind: 'validation', database, type: 'validation.requested', data };
    },
  });
}
