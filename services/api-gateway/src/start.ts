import { failureOf, olderSpellings, secretSettings } from '@holdfast/contracts';
import { openRepositoryOf } from '@holdfast/engine';
import { announcePresence, connectService, instanceName, openRuns } from '@holdfast/runs';
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
import { join } from 'node:path';
import { buildApp } from './app.ts';
import { openAuditLog } from './audit/open-audit-log.ts';
import { ensureFirstAdmin } from './auth/first-admin.ts';
import { openJwt } from './auth/jwt/open-jwt.ts';
import { openTokens, tokenBucketSchema } from './auth/tokens.ts';
import { followCopies } from './backups/follow-copies.ts';
import { openCatalogue } from './backups/open-catalogue.ts';
import { gatewaySettings } from './config.ts';
import { SERVICE, type GatewayDependencies } from './dependencies.ts';
import { openHistory } from './history/open-history.ts';
import { openDeliveries } from './notifications/deliveries.ts';
import { openPins } from './retention/pin-store.ts';
import { openPolicies } from './retention/policy-store.ts';
import { openIdempotency } from './runs/idempotency.ts';
import { openRecentRuns } from './runs/recent-runs.ts';
import { openSchedules } from './schedules/schedule-store.ts';
import { openPresence } from './status/presence.ts';
import { openWatchedHealth } from './status/watched-health.ts';

/** People who look see no difference; many who look cost no more than four a second. */
const STATUS_FRESH_MS = 250;

/** The composition root: settings → resources → HTTP. Stopping drains in the order of the house. */
export async function startApiGateway(
  env: NodeJS.ProcessEnv,
): Promise<RunningService & { readonly url: string }> {
  const { config: settings, warnings } = loadConfig(gatewaySettings, env, {
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
  const { tracer, stop: sendSpans } = await openTracing(SERVICE, env, log);
  const bus = await connectService(SERVICE, settings, (error) => onProblem(error, 'on the bus'), tracer);
  const tokens = await bus.bucket('tokens', tokenBucketSchema);
  const tokenFile = settings.HOLDFAST_ADMIN_TOKEN_FILE ?? join(settings.HOLDFAST_HOME, 'admin-token');
  const admin = await ensureFirstAdmin(tokens, tokenFile, () => new Date());
  if (admin.outcome !== 'already-there') log.info({ file: tokenFile, outcome: admin.outcome }, 'admin token');

  const stopping = new AbortController();
  const health = createHealth();
  health.check('bus', () => {
    if (!bus.isConnected()) throw new Error('NATS cannot be reached');
  });
  const history = openHistory(settings.HISTORY_DATABASE_URL, {
    lastSequence: async () => (await bus.eventsInfo()).lastSequence,
    onProblem,
  });
  const recentRuns = await openRecentRuns(bus);
  const copies = await followCopies(
    bus,
    repository.copies.map(({ id }) => id),
    onProblem,
  );
  const auditLog = openAuditLog(settings.HISTORY_DATABASE_URL);
  const deps: GatewayDependencies = {
    bus,
    runs: await openRuns(bus),
    recentRuns,
    repository,
    catalogue: openCatalogue({ bus, repository, history, recentRuns }),
    copies,
    presence: await openPresence(bus),
    schedules: await openSchedules(bus),
    policies: await openPolicies(bus),
    pins: await openPins(bus),
    deliveries: await openDeliveries(bus),
    watchedHealth: await openWatchedHealth(bus),
    statusFreshMs: STATUS_FRESH_MS,
    history,
    tokens: openTokens(tokens),
    tokenBucket: tokens,
    jwt: openJwt(settings),
    auditLog,
    idempotency: await openIdempotency(bus),
    settings,
    health,
    metrics: createMetrics(SERVICE),
    tracer,
    log,
    now: () => new Date(),
    stopping: stopping.signal,
  };
  const app = await buildApp(deps);
  const url = await app.listen({ host: settings.HOLDFAST_HOST, port: settings.HOLDFAST_PORT });
  // For Prometheus, which has no token: a port that people do not reach.
  const scraped = await startAdminServer({
    port: settings.HOLDFAST_METRICS_PORT,
    host: settings.HOLDFAST_METRICS_HOST,
    metrics: deps.metrics,
    health,
    logger: log,
  });
  const startedAt = new Date().toISOString();
  const presence = await announcePresence(
    bus,
    { service: SERVICE, instance: instanceName(), startedAt, databases: [], roles: [] },
    onProblem,
  );

  const drain = new Drain(log);
  drain.add('readiness', 'not ready', () => health.setDraining());
  drain.add('pause', 'presence', () => presence.stop());
  drain.add('pause', 'those who wait', () => stopping.abort());
  drain.add('http', 'HTTP', () => app.close());
  drain.add('http', 'metrics', () => scraped.close());
  drain.add('in-flight', 'copies', () => copies.stop());
  drain.add('bus', 'bus', () => bus.drain());
  drain.add('pools', 'spans', sendSpans);
  drain.add('pools', 'history', () => history.close());
  drain.add('pools', 'audit', () => auditLog.close());
  log.info({ url, tokenFile }, 'ready');
  return { name: SERVICE, url, stop: () => drain.run() };
}
