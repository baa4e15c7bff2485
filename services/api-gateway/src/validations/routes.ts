import { verificationSchema } from '@holdfast/contracts';
import { pickDatabase } from '../backups/pick-database.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { askForRun } from '../runs/ask.ts';
import { accepted } from '../runs/known-run.ts';
import { askForValidation } from './ask-validation.ts';
import { newestOf, viewDrills } from './drills.ts';

export const validationHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'createValidation' | 'listDrills' | 'createDrill'> => ({
  createValidation: async ({ body }, context) =>
    accepted(await askForValidation(deps, context, 'createValidation', body)),
  listDrills: async () => {
    const bucket = await deps.bus.bucket('verification', verificationSchema);
    return ok({ drills: [...viewDrills((await bucket.entries()).map(({ value }) => value))] });
  },
  createDrill: async ({ body: { database: named } }, context) =>
    accepted(
      await askForRun(deps, context, {
        operation: 'createDrill',
        request: { named },
        prepare: async () => {
          const database = await pickDatabase(deps, named, 'backup');
          const filename = await newestOf(deps, database);
          const data = { filename, level: 'restore' as const, by: context.caller.name };
          return { kind: 'validation', database, type: 'validation.requested', data };
        },
      }),
    ),
});
