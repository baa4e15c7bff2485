import { failureOf, olderSpellings, release, secretSettings } from '@holdfast/contracts';
import { openRepositoryOf } from '@holdfast/engine';
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
import { validatorSettings } from './config.ts';
import type { ValidatorDependencies } from './dependencies.ts';
import { subscribeValidations } from './validation/handle.ts';

const SERVICE = 'validator';

/** The composition root: settings → resources → subscriptions. Stopping drains in the order of the house. */
export async function startValidator(env: NodeJS.ProcessEnv): Promise<RunningService> {
  const { config: settings, warnings } = loadConfig(validatorSettings, env, {
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

  const repository = await openRepositoryOf(settings);
  const bus = await connectService(SERVICE, settings, (error) => onProblem(error, 'on the bus'));
  const deps: ValidatorDependencies = {
    bus,
    runs: await openRuns(bus),
    leases: await bus.leases('leases'),
    worker: instanceName(),
    repository,
    settings,
    release,
    log,
    onProblem,
  };
  const presence = await announcePresence(
    bus,
    {
      service: SERVICE,
      instance: deps.worker,
      startedAt: new Date().toISOString(),
      databases: [],
      roles: [],
    },
    onProblem,
  );
  const subscriptions = await subscribeValidations(deps);

  const metrics = createMetrics(SERVICE);
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
  drain.add('pause', 'presence', () => presence.stop());
  drain.add('pause', 'subscriptions', () => subscriptions.forEach((each) => each.pause()));
  drain.add(
    'stop-pulling',
    'subscriptions',
    async () => void (await Promise.all(subscriptions.map((each) => each.stop(5_000)))),
  );
  drain.add('http', 'admin server', () => admin.close());
  drain.add('bus', 'bus', () => bus.drain());
  log.info({ worker: deps.worker }, 'ready');
  return { name: SERVICE, stop: () => drain.run() };
}
