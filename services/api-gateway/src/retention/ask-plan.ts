import {
  failureOf,
  HoldfastError,
  retentionPlanSchema,
  type RetentionPlan,
  type RetentionPolicy,
} from '@holdfast/contracts';
import { z } from 'zod';
import type { GatewayDependencies } from '../dependencies.ts';

/** Listing a bucket of many thousand backups takes a while; whoever takes longer is not waited for. */
const PLAN_LIMIT_MS = 60_000;

const answerSchema = z.object({ plans: z.array(retentionPlanSchema) });

export type PlanWish = {
  readonly database?: string | undefined;
  /** Instead of the policies in force. */
  readonly policy?: RetentionPolicy | undefined;
  readonly maxAgeMs?: number | undefined;
};

/** Asks the retention service what a clean-up would do; nothing is done. Nobody there: bus_unavailable, in clear words. */
export async function askForPlan(
  deps: GatewayDependencies,
  wish: PlanWish,
): Promise<readonly RetentionPlan[]> {
  return answerSchema.parse(await ask(deps, wish)).plans;
}

async function ask(deps: GatewayDependencies, wish: PlanWish): Promise<unknown> {
  try {
    return await deps.bus.request('control.retention.plan', wish, PLAN_LIMIT_MS);
  } catch (cause) {
    if (failureOf(cause).code !== 'bus_unavailable' || !deps.bus.isConnected()) throw cause;
    const message = 'No retention service answers, so nothing can be planned; start one, then ask again.';
    throw new HoldfastError('bus_unavailable', message, { cause });
  }
}
