import type { Bus } from '@holdfast/bus';
import { scheduleSchema, scheduleStateSchema, type Schedule, type ScheduleClaim } from '@holdfast/contracts';
import type { Runs } from '@holdfast/runs';
import type { Clock } from './clock.ts';
import { openKnownDatabases } from './databases/known-databases.ts';
import { followDeclared, type DeclaredSettings } from './declared/follow-declared.ts';
import type { SchedulerDependencies } from './dependencies.ts';
import { forgetState } from './firing/forget.ts';
import { runFiring, type Firing } from './firing/run-firing.ts';
import { followBucket, type Followed } from './follow-bucket.ts';

export type SchedulerOptions = {
  readonly bus: Bus;
  readonly runs: Runs;
  readonly clock: Clock;
  readonly worker: string;
  readonly log: SchedulerDependencies['log'];
  readonly settings: DeclaredSettings & { readonly BACKUP_ENABLED: boolean };
  readonly onDone?: (schedule: string, claim: ScheduleClaim) => void;
};

export type RunningScheduler = {
  readonly schedules: Pick<Followed<Schedule>, 'entries'>;
  readonly knownDatabases: () => readonly string[];
  /** Throws while the declared schedules are not as they are declared. */
  checkDeclared(): void;
  stop(): Promise<void>;
};

/** Everything of schedules in one replica: what is declared, what databases there are, and firing what is due. */
export async function runScheduler(options: SchedulerOptions): Promise<RunningScheduler> {
  const { bus, runs, clock, worker, log, settings } = options;
  const deps: SchedulerDependencies = {
    bus,
    runs,
    clock,
    worker,
    log,
    schedules: await bus.bucket('schedules', scheduleSchema),
    states: await bus.bucket('schedule_state', scheduleStateSchema),
  };
  // Made last, told of changes from the first on.
  const made: { firing?: Firing } = {};
  // What throws half-way leaves no loop behind; the last begun ends first.
  await using begun = new AsyncDisposableStack();
  const databases = await openKnownDatabases(deps, () => made.firing?.lookAtAll());
  begun.defer(() => databases.stop());
  await databases.start();
  const declared = await followDeclared(deps, settings);
  begun.defer(() => declared.stop());

  const changed = (id: string): void => {
    if (hasBegun && !schedules.entries.has(id)) void forgetState(deps, id);
    made.firing?.look(id);
  };
  let hasBegun = false;
  const schedules = followBucket(deps, deps.schedules, 'schedules', changed);
  begun.defer(() => schedules.stop());
  const states = followBucket(deps, deps.states, 'schedule_state', changed);
  begun.defer(() => states.stop());
  await Promise.all([schedules.begun, states.begun]);
  hasBegun = true;
  for (const id of states.entries.keys()) if (!schedules.entries.has(id)) await forgetState(deps, id);

  if (settings.BACKUP_ENABLED) {
    const firing = runFiring({
      ...deps,
      knownDatabases: databases.current,
      onDone: options.onDone ?? (() => undefined),
      followed: () => schedules,
      followedStates: () => states,
    });
    begun.defer(() => firing.stop());
    made.firing = firing;
  } else log.warn({}, 'BACKUP_ENABLED is off: no schedule fires');
  made.firing?.lookAtAll();
  const running = begun.move();
  return {
    schedules,
    knownDatabases: databases.current,
    checkDeclared: declared.check,
    stop: () => running.disposeAsync(),
  };
}
