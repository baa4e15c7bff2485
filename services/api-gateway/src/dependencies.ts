import type { Tracer } from '@opentelemetry/api';
import type { Bus } from '@holdfast/bus';
import type { Repository } from '@holdfast/engine';
import type { Runs } from '@holdfast/runs';
import type { Health, Logger, Metrics } from '@holdfast/service-kit';
import type { AuditLog } from './audit/open-audit-log.ts';
import type { JwtVerifier } from './auth/jwt/open-jwt.ts';
import type { TokenBucket, Tokens } from './auth/tokens.ts';
import type { Copies } from './backups/follow-copies.ts';
import type { ReadCatalogue } from './backups/open-catalogue.ts';
import type { GatewaySettings } from './config.ts';
import type { HistoryReader } from './history/history-reader.ts';
import type { Deliveries } from './notifications/deliveries.ts';
import type { PinStore } from './retention/pin-store.ts';
import type { PolicyStore } from './retention/policy-store.ts';
import type { Idempotency } from './runs/idempotency.ts';
import type { ScheduleStore } from './schedules/schedule-store.ts';
import type { PresenceReader } from './status/presence.ts';
import type { WatchedHealth } from './status/watched-health.ts';
import type { RecentRuns } from './runs/recent-runs.ts';

export const SERVICE = 'api-gateway';
export const SOURCE = '/holdfast/api-gateway';

/** What every feature of this service works with. */
export type GatewayDependencies = {
  readonly bus: Bus;
  readonly runs: Runs;
  readonly recentRuns: RecentRuns;
  readonly repository: Repository;
  readonly catalogue: ReadCatalogue;
  readonly copies: Pick<Copies, 'of'>;
  readonly presence: PresenceReader;
  readonly schedules: ScheduleStore;
  readonly policies: PolicyStore;
  readonly pins: PinStore;
  readonly deliveries: Deliveries;
  readonly watchedHealth: WatchedHealth;
  /** How long a status may be told again while nothing happens, in milliseconds. */
  readonly statusFreshMs: number;
  readonly history: HistoryReader;
  readonly tokens: Tokens;
  readonly tokenBucket: TokenBucket;
  /** Undefined: no identity provider is configured. */
  readonly jwt: JwtVerifier | undefined;
  readonly auditLog: AuditLog;
  readonly idempotency: Idempotency;
  readonly settings: GatewaySettings;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Undefined: no traces are wanted. */
  readonly tracer: Tracer | undefined;
  readonly log: Logger;
  readonly now: () => Date;
  /** Aborts when the gateway drains: those who wait are told where to go on. */
  readonly stopping: AbortSignal;
};
