import type { Subscription } from '@holdfast/bus';
import { HoldfastError, retentionRoutes } from '@holdfast/contracts';
import type { RetentionDependencies } from '../dependencies.ts';
import { fitPlans } from './cut-plan.ts';
import { makePlans } from './make-plans.ts';

/** `control.retention.plan`: what a clean-up would do. Nothing is done. */
export const answerPlans = (deps: RetentionDependencies): Promise<Subscription> =>
  deps.bus.respond('control.retention.plan', async (payload) => {
    const wish = retentionRoutes.planRetention.body.safeParse(payload);
    if (!wish.success)
      throw new HoldfastError(
        'invalid_request',
        `The question for a plan is malformed: ${wish.error.message}`,
      );
    const { plans, away } = await makePlans(deps, wish.data);
    for (const { place, error } of away)
      deps.log.warn({ destination: place.label, failure: error }, 'a place could not be planned for');
    return { plans: fitPlans(plans.map(({ plan }) => plan)) };
  });
