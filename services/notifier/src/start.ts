import { openFrame } from '@holdfast/service-frame';
import type { RunningService } from '@holdfast/service-kit';
import { notifierSettings } from './config.ts';

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export const startNotifier = (env: NodeJS.ProcessEnv): Promise<RunningService> =>
  openFrame('notifier', notifierSettings, env, async (frame) => {
    await frame.present();
    return frame.ready();
  });
