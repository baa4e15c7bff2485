/** Names on the bus. Buckets are JetStream key-value buckets; every write to them is a compare-and-set. */
export const EVENTS_STREAM = 'BACKUP_EVENTS';
export const DEAD_LETTERS_STREAM = 'BACKUP_DEAD_LETTERS';

const DAY_MS = 86_400_000;

export const buckets = {
  /** run id → RunRecord. Terminal ones leave after 90 days; history and manifests keep them. */
  runs: { ttlMs: 90 * DAY_MS },
  /** run id → holder. TTL 30 s, renewed every 10 s: a dead worker's run is free within 30 s. */
  leases: { ttlMs: 30_000 },
  /** `<service>.<instance>` → what it is and can do. Refreshed every 10 s. */
  presence: { ttlMs: 30_000 },
  /** caller + Idempotency-Key, hashed → run and request hash. */
  idempotency: { ttlMs: DAY_MS },
  /** SHA-256 of a token → its name, grants and times. */
  tokens: { ttlMs: 0 },
  /** schedule id → Schedule. */
  schedules: { ttlMs: 0 },
  /** schedule id → ScheduleState: how far it was done. */
  schedule_state: { ttlMs: 0 },
  /** database id → its name and when it was last seen: what a pattern meant while no worker is there. */
  databases: { ttlMs: 0 },
  /** database id or `_default` → its retention policy. */
  policies: { ttlMs: 0 },
  /** backup name → Pin. */
  pins: { ttlMs: 0 },
  /** backup name → Verification: what was last found out about it. */
  verification: { ttlMs: 0 },
  /** place and backup → CatalogueEntry: what retention last saw there, so that what vanishes is noticed. */
  catalogue: { ttlMs: 0 },
  /** `current` → what was last told of health; other keys: what the watch must remember (the storage's trend). */
  health: { ttlMs: 0 },
  /** `<channel>.<delivery id>` → DeliveryRecord: each channel reads its own. */
  deliveries: { ttlMs: 30 * DAY_MS },
  /** problem key → Alert: what was told of it and when. */
  alerts: { ttlMs: 0 },
} as const;
export type BucketName = keyof typeof buckets;

export const LEASE_TTL_MS = buckets.leases.ttlMs;
export const LEASE_RENEW_MS = 10_000;

export const serviceNames = [
  'api-gateway',
  'scheduler',
  'backup-worker',
  'validator',
  'retention',
  'notifier',
  'history',
] as const;
export type ServiceName = (typeof serviceNames)[number];
