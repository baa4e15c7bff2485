import type { OperationId, RunRecord } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import type { CallContext } from '../http/handler.ts';
import { askForRun } from '../runs/ask.ts';
import { assertKnown } from './assert-known.ts';

/** Asks for a clean-up: of one database, or of all. */
export function askForCleanup(
  deps: GatewayDependencies,
  context: CallContext,
  operation: OperationId,
  wanted: {
    readonly database?: string | undefined;
    readonly maxAgeMs?: number | undefined;
    readonly force: boolean;
  },
): Promise<RunRecord> {
  const { database, maxAgeMs, force } = wanted;
  return askForRun(deps, context, {
    operation,
    request: wanted,
    prepare: async () => {
      await assertKnown(deps, database);
      const data = { force, by: context.caller.name, ...(maxAgeMs === undefined ? {} : { maxAgeMs }) };
      return { kind: 'cleanup', database, type: 'retention.cleanup.requested', data };
    },
  });
}
