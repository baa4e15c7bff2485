import { openFrame } from '@holdfast/service-frame';
import type { RunningService } from '@holdfast/service-kit';
import { systemClock } from './clock.ts';
import { schedulerSettings } from './config.ts';
import { watchHealth } from './health/watch-health.ts';
import { measureSchedules } from './firing/measures.ts';
import { runScheduler, type RunningScheduler } from './run-scheduler.ts';

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export const startScheduler = (env: NodeJS.ProcessEnv): Promise<RunningService> =>
  openFrame('scheduler', schedulerSettings, env, async (frame) => {
    const running: { scheduler?: RunningScheduler } = {};
    const onDone = measureSchedules(
      frame.metrics,
      systemClock,
      () => running.scheduler?.schedules.entries ?? new Map(),
      () => running.scheduler?.knownDatabases() ?? [],
    );
    const scheduler = await runScheduler({ ...frame, clock: systemClock, onDone });
    running.scheduler = scheduler;
    frame.drain.add('stop-pulling', 'schedules', () => scheduler.stop());
    frame.health.check('declared schedules', () => scheduler.checkDeclared());
    await frame.present();
    const health = await watchHealth(frame);
    frame.drain.add('pause', 'health', () => health.stop());
    return frame.ready();
  });
