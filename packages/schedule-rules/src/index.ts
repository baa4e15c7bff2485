export { parseRule, type Rule } from './rule.ts';
export { checkSchedule } from './check-schedule.ts';
export { nextDueAt, dueBetween, lastDueAt } from './due.ts';
export type { Timing } from './timing.ts';
export { isBlackedOut } from './blackout.ts';
export { jitterOf } from './jitter.ts';
export { databasesOf, isPattern, matchesDatabase } from './matches-database.ts';
export { occurrenceName } from './occurrence-name.ts';
export { isoOf, msOf } from './iso.ts';
export { beginTimeMs } from './begin-time.ts';
export { planOccurrences, type OccurrencePlan, type PlanInput } from './plan-occurrences.ts';
export { expectedIntervalMs } from './expected-interval.ts';
export { changedFields, declareSchedule, type Declaring } from './declare-schedule.ts';
export {
  defaultSchedules,
  presetForNewcomers,
  type DefaultSettings,
  type NamedFields,
} from './default-schedules.ts';
