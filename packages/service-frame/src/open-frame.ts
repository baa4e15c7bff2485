import type { Bus, Leases, Subscription } from '@holdfast/bus';
import {
  failureOf,
  olderSpellings,
  secretSettings,
  type Presence,
  type serviceSettingNames,
  type ServiceName,
  type settings as declaredSettings,
} from '@holdfast/contracts';
import {
  announcePresence,
  connectService,
  instanceName,
  openRuns,
  openSpans,
  type Runs,
  type Spanned,
} from '@holdfast/runs';
import {
  createHealth,
  createLogger,
  createMetrics,
  Drain,
  loadConfig,
  openTracing,
  startAdminServer,
  type Health,
  type Logger,
  type Metrics,
  type RunningService,
} from '@holdfast/service-kit';
import type { z } from 'zod';

type Common = {
  readonly [N in (typeof serviceSettingNames)[number]]: z.output<(typeof declaredSettings)[N]['schema']>;
};

/** What every service works with, opened in the order of the house. */
export type Frame<S> = {
  readonly service: ServiceName;
  /** `/holdfast/<service>`, the source of its events. */
  readonly source: string;
  readonly settings: S;
  readonly log: Logger;
  readonly onProblem: (error: unknown, doing: string) => void;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly drain: Drain;
  readonly bus: Bus;
  readonly runs: Runs;
  readonly leases: Leases;
  readonly spanned: Spanned;
  /** This process, as lease holder, in events and in presence. */
  readonly worker: string;
  /** Tells the others that it lives; from then on until the drain. */
  present(more?: () => Partial<Pick<Presence, 'databases' | 'roles'>>): Promise<void>;
  /** They pause, then stop, in the drain. */
  subscribed(subscriptions: readonly Subscription[]): void;
  /** Health and metrics listen, and the service counts as started. */
  ready(): Promise<RunningService>;
};

/**
 * Opens the frame and runs `compose` in it; whatever throws closes what was opened so far. `schema` must hold
 * `serviceSettingNames`.
 */
export async function openFrame<S extends z.ZodObject>(
  service: ServiceName,
  schema: S,
  env: NodeJS.ProcessEnv,
  compose: (frame: Frame<z.output<S>>) => Promise<RunningService>,
): Promise<RunningService> {
  const { config, warnings } = loadConfig(schema, env, { older: olderSpellings, secrets: secretSettings });
  const settings = config as z.output<S> & Common; // the caller's schema holds serviceSettingNames
  const log = createLogger({
    service,
    level: settings.HOLDFAST_LOG_LEVEL,
    destination: settings.HOLDFAST_LOG_FILE,
  });
  for (const warning of warnings) log.warn(warning);
  const onProblem = (error: unknown, doing: string): void =>
    log.error({ err: error, failure: failureOf(error) }, doing);
  const drain = new Drain(log);
  try {
    const { tracer, stop: sendSpans } = await openTracing(service, env, log);
    drain.add('pools', 'spans', sendSpans);
    const bus = await connectService(service, settings, (error) => onProblem(error, 'on the bus'), tracer);
    drain.add('bus', 'bus', () => bus.drain());
    const metrics = createMetrics(service);
    const health = createHealth();
    health.check('bus', () => {
      if (!bus.isConnected()) throw new Error('NATS cannot be reached');
    });
    const worker = instanceName();
    const startedAt = new Date().toISOString();

    const present: Frame<unknown>['present'] = async (more = () => ({})) => {
      const presence = await announcePresence(
        bus,
        () => ({ service, instance: worker, startedAt, databases: [], roles: [], ...more() }),
        onProblem,
      );
      drain.add('pause', 'presence', () => presence.stop());
    };
    const subscribed: Frame<unknown>['subscribed'] = (subscriptions) => {
      drain.add('pause', 'subscriptions', () => subscriptions.forEach((each) => each.pause()));
      drain.add(
        'stop-pulling',
        'subscriptions',
        async () => void (await Promise.all(subscriptions.map((each) => each.stop(5_000)))),
      );
    };
    const ready = async (): Promise<RunningService> => {
      const admin = await startAdminServer({
        port: settings.HOLDFAST_METRICS_PORT,
        host: settings.HOLDFAST_METRICS_HOST,
        metrics,
        health,
        logger: log,
      });
      drain.add('http', 'admin server', () => admin.close());
      drain.add('readiness', 'not ready', () => health.setDraining());
      log.info({ worker }, 'ready');
      return { name: service, stop: () => drain.run() };
    };
    return await compose({
      service,
      source: `/holdfast/${service}`,
      settings,
      log,
      onProblem,
      metrics,
      health,
      drain,
      bus,
      runs: await openRuns(bus),
      leases: await bus.leases('leases'),
      spanned: await openSpans(tracer),
      worker,
      present,
      subscribed,
      ready,
    });
  } catch (error) {
    await drain.run();
    throw error;
  }
}
