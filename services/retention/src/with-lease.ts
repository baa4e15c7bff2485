import type { RetentionDependencies } from './dependencies.ts';

/**
 * Does `work` while nobody else removes or reconciles backups of that database. Saves double work and false alarms; what is
 * done is safe without it, so a lost lease ends nothing.
 */
export async function withDatabase<T>(
  deps: RetentionDependencies,
  database: string | undefined,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const key = `retention.${database ?? '_'}`;
  for (;;) {
    const lease = await deps.leases.acquire(key, deps.worker);
    if (!lease) {
      await deps.leases.waitUntilFree(key, signal);
      continue;
    }
    try {
      return await work();
    } finally {
      await lease.release().catch((error: unknown) => deps.onProblem(error, `releasing the lease ${key}`));
    }
  }
}
