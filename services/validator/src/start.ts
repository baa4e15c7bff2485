import { release } from '@holdfast/contracts';
import { openRepositoryOf } from '@holdfast/engine';
import { openFrame } from '@holdfast/service-frame';
import type { RunningService } from '@holdfast/service-kit';
import { validatorSettings } from './config.ts';
import type { ValidatorDependencies } from './dependencies.ts';
import { subscribeValidations } from './validation/handle.ts';

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export const startValidator = (env: NodeJS.ProcessEnv): Promise<RunningService> =>
  openFrame('validator', validatorSettings, env, async (frame) => {
    const repository = await openRepositoryOf(frame.settings);
    const deps: ValidatorDependencies = { ...frame, repository, release };
    frame.health.check('storage', async () => void (await repository.storage.check()));
    await frame.present();
    frame.subscribed(await subscribeValidations(deps));
    return frame.ready();
  });
