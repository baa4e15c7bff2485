import { failureOf, olderSpellings, release, secretSettings } from '@holdfast/contracts';
import { followDatabases, openRepositoryOf, sweepScratch } from '@holdfast/engine';
import { announcePresence, connectService, instanceName, openRuns } from '@holdfast/runs';
import {
  createHealth,
  createLogger,
  createMetrics,
  Drain,
  loadConfig,
  startAdminServer,
  type RunningService,
} from '@holdfast/service-kit';
import { subscribeBackups } from './backup/handle.ts';
import { workerSettings } from './config.ts';
import { subscribeCopies } from './copy/handle.ts';
import { sweepCopies } from './copy/sweep.ts';
import type { WorkerDependencies } from './dependencies.ts';
import { subscribeRestores } from './restore/handle.ts';
import { sweepKeptDatabases } from './sweep.ts';

const SERVICE = 'backup-worker';

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export async function startBackupWorker(env: NodeJS.ProcessEnv): Promise<RunningService> {
  const { config: settings, warnings } = loadConfig(workerSettings, env, {
    older: olderSpellings,
    secrets: secretSettings,
  });
  const log = createLogger({
    service: SERVICE,
    level: settings.HOLDFAST_LOG_LEVEL,
    destination: settings.HOLDFAST_LOG_FILE,
  });
  for (const warning of warnings) log.warn(warning);
  const onProblem = (error: unknown, doing: string): void =>
    log.error({ err: error, failure: failureOf(error) }, doing);

  for (const folder of await sweepScratch(settings)) log.info({ folder }, 'removed what a dead process left');
  const databases = await followDatabases(settings, {
    onChange: (found) =>
      log.info({ databases: found.map((each) => each.id) }, 'the databases are others now'),
    onProblem: (error) => onProblem(error, 'looking for new databases'),
  });
  const repository = await openRepositoryOf(settings);
  const bus = await connectService(SERVICE, settings, (error) => onProblem(error, 'on the bus'));
  const metrics = createMetrics(SERVICE);
  const deps: WorkerDependencies = {
    bus,
    runs: await openRuns(bus),
    leases: await bus.leases('leases'),
    worker: instanceName(),
    repository,
    get databases() {
      return databases.current();
    },
    settings,
    release,
    log,
    onProblem,
  };
  const startedAt = new Date().toISOString();
  const roles = settings.WORKER_ROLES.split(',').map((role) => role.trim());
  const presence = await announcePresence(
    bus,
    () => ({
      service: SERVICE,
      instance: deps.worker,
      startedAt,
      databases: deps.databases.map(({ id, target }) => ({ id, name: target.database })),
      roles,
    }),
    onProblem,
  );
  const subscriptions = [
    ...(roles.includes('backup') ? await subscribeBackups(deps) : []),
    ...(roles.includes('restore') ? await subscribeRestores(deps) : []),
    ...(roles.includes('copy') ? await subscribeCopies(deps) : []),
  ];
  const sweeps = [sweepKeptDatabases(deps), ...(roles.includes('copy') ? [sweepCopies(deps)] : [])];

  const health = createHealth();
  health.check('bus', () => {
    if (!bus.isConnected()) throw new Error('NATS cannot be reached');
  });
  health.check('storage', async () => void (await repository.storage.check()));
  const admin = await startAdminServer({
    port: settings.HOLDFAST_METRICS_PORT,
    host: '127.0.0.1',
    metrics,
    health,
    logger: log,
  });

  const drain = new Drain(log);
  drain.add('readiness', 'not ready', () => health.setDraining());
  drain.add('pause', 'presence', async () => {
    sweeps.forEach((each) => each.stop());
    databases.stop();
    await presence.stop();
  });
  drain.add('pause', 'subscriptions', () => subscriptions.forEach((each) => each.pause()));
  drain.add(
    'stop-pulling',
    'subscriptions',
    async () => void (await Promise.all(subscriptions.map((each) => each.stop(5_000)))),
  );
  drain.add('http', 'admin server', () => admin.close());
  drain.add('bus', 'bus', () => bus.drain());
  log.info({ worker: deps.worker, databases: deps.databases.map((each) => each.id), roles }, 'ready');
  return { name: SERVICE, stop: () => drain.run() };
}
