import type { GatewayDependencies } from '../dependencies.ts';
import type { Handlers } from '../http/handler.ts';
import { accepted } from '../runs/known-run.ts';
import { askForRestore, askForUndo } from './ask-restore.ts';

export const restoreHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'createRestore' | 'undoRestore'> => ({
  createRestore: async ({ body }, context) =>
    accepted(await askForRestore(deps, context, 'createRestore', body)),
  undoRestore: async ({ params: { run } }, context) => accepted(await askForUndo(deps, context, run)),
});
