import type { RetentionPlan } from '@holdfast/contracts';
import { protections } from './plan-protections.ts';

/** Whether nothing but what is protected would stay: rather a mistake than a policy, so it wants force. */
export const isTooStrict = (plan: Pick<RetentionPlan, 'keep' | 'remove'>): boolean =>
  plan.remove.length > 0 &&
  plan.keep.every(({ reasons }) => reasons.every(({ rule }) => protections.has(rule)));
