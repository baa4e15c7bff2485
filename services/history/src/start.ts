import { EVENTS_STREAM, failureOf, olderSpellings, secretSettings } from '@holdfast/contracts';
import { connectDatabase } from '@holdfast/database';
import { openRepositoryOf } from '@holdfast/engine';
import { announcePresence, connectService, instanceName } from '@holdfast/runs';
import {
  createHealth,
  createLogger,
  createMetrics,
  Drain,
  loadConfig,
  openTracing,
  startAdminServer,
  type RunningService,
} from '@holdfast/service-kit';
import { historySettings } from './config.ts';
import { SERVICE, type HistoryDependencies } from './dependencies.ts';
import { subscribeEvents } from './project/handle.ts';
import { createTally } from './project/tally.ts';
import { answerRebuilds } from './rebuild/handle.ts';
import { watchAvailability } from './watch/availability.ts';
import { createGauges } from './watch/gauges.ts';
import { keepUp } from './watch/keep-up.ts';

/**
 * The composition root: settings → resources → subscriptions. It starts with its PostgreSQL down, too: not ready then, and
 * caught up as soon as that is back. Stopping drains in the order of the house.
 */
export async function startHistory(env: NodeJS.ProcessEnv): Promise<RunningService> {
  const { config: settings, warnings } = loadConfig(historySettings, env, {
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

  const drain = new Drain(log);
  const metrics = createMetrics(SERVICE);
  const health = createHealth();
  const db = connectDatabase(settings.HISTORY_DATABASE_URL, {
    applicationName: `holdfast-${SERVICE}`,
    onProblem: (error) => log.warn({ err: error }, 'an idle connection to the database broke'),
  });
  drain.add('pools', 'database', () => db.destroy());
  try {
    const { tracer, stop: sendSpans } = await openTracing(SERVICE, env, log);
    drain.add('pools', 'spans', sendSpans);
    const bus = await connectService(SERVICE, settings, (error) => onProblem(error, 'on the bus'), tracer);
    drain.add('bus', 'bus', () => bus.drain());
    const deps: HistoryDependencies = {
      db,
      events: bus,
      stream: EVENTS_STREAM,
      batchSize: 500,
      repository: await openRepositoryOf(settings),
      tally: createTally(metrics, log),
      now: () => new Date(),
      log,
    };
    const availability = watchAvailability(deps);
    health.check('bus', () => {
      if (!bus.isConnected()) throw new Error('NATS cannot be reached');
    });
    health.check('database', () => availability.check());
    const admin = await startAdminServer({
      port: settings.HOLDFAST_METRICS_PORT,
      host: settings.HOLDFAST_METRICS_HOST,
      metrics,
      health,
      logger: log,
    });
    drain.add('http', 'admin server', () => admin.close());

    await availability.ensureReady().catch((error: unknown) => availability.failed(error));
    const stopping = new AbortController();
    const keeping = keepUp(deps, availability, createGauges(metrics, deps.now));
    drain.add('in-flight', 'keeping up', () => keeping.stop());
    const rebuilds = await answerRebuilds(bus, deps, availability, stopping.signal);
    drain.add('stop-pulling', 'rebuilds', async () => {
      stopping.abort();
      await rebuilds.stop(5_000);
    });
    const events = await subscribeEvents(bus, deps, availability);
    drain.add('pause', 'events', () => events.pause());
    drain.add('stop-pulling', 'events', () => events.stop(5_000));
    const presence = await announcePresence(
      bus,
      {
        service: SERVICE,
        instance: instanceName(),
        startedAt: new Date().toISOString(),
        databases: [],
        roles: [],
      },
      onProblem,
    );
    drain.add('pause', 'presence', () => presence.stop());
  } catch (error) {
    await drain.run();
    throw error;
  }
  drain.add('readiness', 'not ready', () => health.setDraining());
  log.info('ready');
  return { name: SERVICE, stop: () => drain.run() };
}
