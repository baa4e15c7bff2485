import type { ScheduleClaim, ScheduleState } from '@holdfast/contracts';
import { isoOf, msOf, type OccurrencePlan } from '@holdfast/schedule-rules';

/** Whoever claimed has so long before others do it as well. Doing it twice changes nothing, it only costs. */
const OTHERS_WAIT_MS = 5_000;

export function claimOf(plan: OccurrencePlan, worker: string, nowMs: number): ScheduleClaim {
  return { by: worker, at: isoOf(nowMs), fire: plan.fire, missed: plan.missed };
}

/** Until when the claim is its owner's; undefined: it is ours, or left over. */
export function heldUntil(claim: ScheduleClaim, worker: string, nowMs: number): number | undefined {
  if (claim.by === worker) return undefined;
  const ageMs = nowMs - msOf(claim.at);
  // A claim from the future was made by another clock: its age is not known.
  return Math.abs(ageMs) < OTHERS_WAIT_MS ? nowMs + OTHERS_WAIT_MS : undefined;
}

export function withoutClaim({ claim: _done, ...state }: ScheduleState): ScheduleState {
  return state;
}
