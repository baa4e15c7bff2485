import { openRepositoryOf } from '@holdfast/engine';
import { openFrame } from '@holdfast/service-frame';
import type { RunningService } from '@holdfast/service-kit';
import { retentionSettings } from './config.ts';
import type { RetentionDependencies } from './dependencies.ts';
import { subscribeRemovals } from './removal/handle.ts';

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export const startRetention = (env: NodeJS.ProcessEnv): Promise<RunningService> =>
  openFrame('retention', retentionSettings, env, async (frame) => {
    const repository = await openRepositoryOf(frame.settings);
    const deps: RetentionDependencies = { ...frame, repository };
    frame.health.check('storage', async () => void (await repository.storage.check()));
    await frame.present();
    frame.subscribed(await subscribeRemovals(deps));
    return frame.ready();
  });
