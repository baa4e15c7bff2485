import type { Subscription } from '@holdfast/bus';
import { release } from '@holdfast/contracts';
import { followDatabases, openRepositoryOf, sweepScratch } from '@holdfast/engine';
import { openAdmission } from '@holdfast/runs';
import { openFrame } from '@holdfast/service-frame';
import type { RunningService } from '@holdfast/service-kit';
import { claimStorage, exclusiveKey } from './admission/exclusive-storage.ts';
import { workWhileOurs } from './admission/work-while-ours.ts';
import { subscribeBackups } from './backup/handle.ts';
import { workerSettings } from './config.ts';
import { subscribeCopies } from './copy/handle.ts';
import { sweepCopies } from './copy/sweep.ts';
import type { WorkerDependencies } from './dependencies.ts';
import { readHooks } from './hooks/read-hooks.ts';
import { openMeasures } from './measures.ts';
import { subscribeRestores } from './restore/handle.ts';
import { sweepKeptDatabases } from './sweep.ts';

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export const startBackupWorker = (env: NodeJS.ProcessEnv): Promise<RunningService> =>
  openFrame('backup-worker', workerSettings, env, async (frame) => {
    const { settings, log, onProblem, drain } = frame;
    const hooks = await readHooks(settings.BACKUP_HOOKS_FILE);
    for (const folder of await sweepScratch(settings))
      log.info({ folder }, 'removed what a dead process left');
    const databases = await followDatabases(settings, {
      onChange: (found) =>
        log.info({ databases: found.map((each) => each.id) }, 'the databases are others now'),
      onProblem: (error) => onProblem(error, 'looking for new databases'),
    });
    drain.add('pause', 'databases', () => databases.stop());
    const repository = await openRepositoryOf(settings);
    const exclusive = await claimStorage(repository.storage, frame.leases, frame.worker);
    if (exclusive) drain.add('stop-pulling', 'the storage for ourselves', () => exclusive.release());
    const deps: WorkerDependencies = {
      ...frame,
      repository,
      hooks,
      gateKeeper: await openAdmission(frame),
      measures: openMeasures(frame.metrics),
      get databases() {
        return databases.current();
      },
      release,
    };
    frame.health.check('storage', async () => void (await repository.storage.check()));

    const roles = settings.WORKER_ROLES.split(',').map((role) => role.trim());
    await frame.present(() => ({
      databases: deps.databases.map(({ id, target }) => ({ id, name: target.database })),
      roles,
    }));
    const open = async (): Promise<readonly Subscription[]> => [
      ...(roles.includes('backup') ? await subscribeBackups(deps) : []),
      ...(roles.includes('restore') ? await subscribeRestores(deps) : []),
      ...(roles.includes('copy') ? await subscribeCopies(deps) : []),
    ];
    if (exclusive) {
      const key = exclusiveKey(repository.storage);
      const work = await workWhileOurs(exclusive, { ...frame, key, open });
      frame.subscribed([work]);
      frame.health.check('exclusive storage', work.check);
    } else frame.subscribed(await open());
    const sweeps = [sweepKeptDatabases(deps), ...(roles.includes('copy') ? [sweepCopies(deps)] : [])];
    drain.add('pause', 'sweeps', () => sweeps.forEach((each) => each.stop()));
    log.info({ databases: deps.databases.map((each) => each.id), roles }, 'works');
    return frame.ready();
  });
