import { catalogueEntrySchema, pinSchema, storedPolicySchema, verificationSchema } from '@holdfast/contracts';
import { destinationsOf, openRepositoryOf } from '@holdfast/engine';
import { openFrame } from '@holdfast/service-frame';
import type { RunningService } from '@holdfast/service-kit';
import { subscribeCopies } from './catalogue/note-copy.ts';
import { subscribeCleanups } from './cleanup/handle.ts';
import { retentionSettings } from './config.ts';
import type { RetentionDependencies } from './dependencies.ts';
import { openMeasures } from './measures.ts';
import { answerPlans } from './plan/answer.ts';
import { readPolicyFile } from './policies/load-policies.ts';
import { keepReconciled } from './reconcile/keep-reconciled.ts';
import { subscribeRemovals } from './removal/handle.ts';

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export const startRetention = (env: NodeJS.ProcessEnv): Promise<RunningService> =>
  openFrame('retention', retentionSettings, env, async (frame) => {
    const { bus, settings } = frame;
    await readPolicyFile(settings); // a mistake in it shows now, not at night
    const repository = await openRepositoryOf(settings);
    const deps: RetentionDependencies = {
      ...frame,
      repository,
      primaryId: destinationsOf(settings)[0].id,
      measures: openMeasures(frame.metrics),
      now: () => new Date(),
      policies: await bus.bucket('policies', storedPolicySchema),
      pins: await bus.bucket('pins', pinSchema),
      verification: await bus.bucket('verification', verificationSchema),
      catalogue: await bus.bucket('catalogue', catalogueEntrySchema),
    };
    frame.health.check('storage', async () => void (await repository.storage.check()));
    await frame.present();
    frame.subscribed([
      await answerPlans(deps),
      await subscribeCopies(deps),
      ...(await subscribeRemovals(deps)),
      ...(await subscribeCleanups(deps)),
    ]);
    const reconciling = keepReconciled(deps);
    frame.drain.add('stop-pulling', 'reconciliation', () => reconciling.stop());
    return frame.ready();
  });
