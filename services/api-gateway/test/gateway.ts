import type { Bus } from '@holdfast/bus';
import type { ServiceName } from '@holdfast/contracts';
import { presenceSchema } from '@holdfast/contracts';
import { openRepository, type Repository } from '@holdfast/engine';
import { openRuns } from '@holdfast/runs';
import { createHealth, createLogger, createMetrics } from '@holdfast/service-kit';
import { memoryStorage, type Storage } from '@holdfast/storage';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../src/app.ts';
import { noAuditLog } from '../src/audit/open-audit-log.ts';
import { hashOf, newToken, openTokens, tokenBucketSchema } from '../src/auth/tokens.ts';
import { openCatalogue } from '../src/backups/open-catalogue.ts';
import { gatewaySettings } from '../src/config.ts';
import type { GatewayDependencies } from '../src/dependencies.ts';
import { noHistory } from '../src/history/history-reader.ts';
import { openDeliveries } from '../src/notifications/deliveries.ts';
import { openPins } from '../src/retention/pin-store.ts';
import { openPolicies } from '../src/retention/policy-store.ts';
import { openIdempotency } from '../src/runs/idempotency.ts';
import { openRecentRuns } from '../src/runs/recent-runs.ts';
import { openSchedules } from '../src/schedules/schedule-store.ts';
import { openPresence } from '../src/status/presence.ts';
import { openWatchedHealth } from '../src/status/watched-health.ts';
import { startFakeWorker, type FakeWorker } from './fake-worker.ts';

export type TestGateway = {
  readonly app: FastifyInstance;
  readonly bus: Bus;
  readonly deps: GatewayDependencies;
  readonly repository: Repository;
  readonly worker: FakeWorker;
  readonly authorization: { readonly authorization: string };
  /** What a drain does first. */
  readonly stopWaiting: () => void;
};

export type TestOptions = {
  readonly connect: (service: ServiceName) => Promise<Bus>;
  readonly databases?: readonly string[];
  readonly storage?: Storage;
  readonly change?: Partial<GatewayDependencies>;
};

/** The gateway whole, with a fake worker behind it; not listening. */
export async function testGateway(options: TestOptions): Promise<TestGateway> {
  const { connect, databases = ['app'], storage = memoryStorage() } = options;
  const bus = await connect('api-gateway');
  const workerBus = await connect('backup-worker');
  const repository = openRepository(storage);
  const worker = await startFakeWorker(
    {
      'backup-worker': workerBus,
      validator: await connect('validator'),
      retention: await connect('retention'),
    },
    repository,
  );
  await tellPresence(workerBus, 'backup-worker', databases);
  const tokens = await bus.bucket('tokens', tokenBucketSchema);
  const token = newToken();
  await tokens.create(hashOf(token), { name: 'anna', role: 'admin', createdAt: new Date().toISOString() });
  const stopping = new AbortController();
  const health = createHealth();
  health.check('bus', () => {
    if (!bus.isConnected()) throw new Error('NATS cannot be reached');
  });
  const recentRuns = await openRecentRuns(bus);
  const deps: GatewayDependencies = {
    bus,
    runs: await openRuns(bus),
    recentRuns,
    repository,
    catalogue: openCatalogue({ bus, history: noHistory, repository, recentRuns, ...options.change }),
    copies: { of: () => undefined },
    presence: await openPresence(bus),
    schedules: await openSchedules(bus),
    policies: await openPolicies(bus),
    pins: await openPins(bus),
    deliveries: await openDeliveries(bus),
    watchedHealth: await openWatchedHealth(bus),
    statusFreshMs: 0,
    history: noHistory,
    tokens: openTokens(tokens),
    tokenBucket: tokens,
    jwt: undefined,
    auditLog: noAuditLog,
    idempotency: await openIdempotency(bus),
    settings: gatewaySettings.parse({}),
    health,
    metrics: createMetrics('api-gateway'),
    tracer: undefined,
    log: createLogger({ service: 'api-gateway', level: 'silent' }),
    now: () => new Date(),
    stopping: stopping.signal,
    ...options.change,
  };
  const app = await buildApp(deps);
  return {
    app,
    bus,
    deps,
    repository,
    worker,
    authorization: { authorization: `Bearer ${token}` },
    stopWaiting: () => stopping.abort(),
  };
}

async function tellPresence(bus: Bus, service: string, ids: readonly string[]): Promise<void> {
  const bucket = await bus.bucket('presence', presenceSchema);
  const databases = ids.map((id) => ({ id, name: id.toUpperCase() }));
  const startedAt = new Date().toISOString();
  await bucket.create(`${service}.fake`, { service, instance: 'fake', startedAt, databases, roles: [] });
}
