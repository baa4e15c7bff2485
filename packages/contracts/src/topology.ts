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
  /** token id → hash, name, role. */
  tokens: { ttlMs: 0 },
} as const;
export type BucketName = keyof typeof buckets;

export const LEASE_TTL_MS = buckets.leases.ttlMs;
export const LEASE_RENEW_MS = 10_000;

export const serviceNames = ['api-gateway', 'backup-worker', 'validator', 'retention', 'history'] as const;
export type ServiceName = (typeof serviceNames)[number];
