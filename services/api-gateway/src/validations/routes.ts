import type { GatewayDependencies } from '../dependencies.ts';
import type { Handlers } from '../http/handler.ts';
import { accepted } from '../runs/routes.ts';
import { askForValidation } from './ask-validation.ts';

export const validationHandlers = (deps: GatewayDependencies): Pick<Handlers, 'createValidation'> => ({
  createValidation: async ({ body }, context) =>
    accepted(await askForValidation(deps, context, 'createValidation', body)),
});
