import type { Bucket, Bus } from '@holdfast/bus';
import type { Schedule, ScheduleState } from '@holdfast/contracts';
import type { Runs } from '@holdfast/runs';
import type { Logger } from '@holdfast/service-kit';
import type { Clock } from './clock.ts';

export const SOURCE = '/holdfast/scheduler';

/** What every feature of this service works with. */
export type SchedulerDependencies = {
  readonly bus: Bus;
  readonly runs: Runs;
  readonly schedules: Bucket<Schedule>;
  readonly states: Bucket<ScheduleState>;
  readonly clock: Clock;
  /** This process, in claims. */
  readonly worker: string;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
};
