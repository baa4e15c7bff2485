import { openFrame } from '@holdfast/service-frame';
import type { RunningService } from '@holdfast/service-kit';
import { schedulerSettings } from './config.ts';

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export const startScheduler = (env: NodeJS.ProcessEnv): Promise<RunningService> =>
  openFrame('scheduler', schedulerSettings, env, async (frame) => {
    await frame.present();
    return frame.ready();
  });
