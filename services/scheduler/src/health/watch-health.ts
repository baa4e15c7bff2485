import type { Lease } from '@holdfast/bus';
import { failureOf } from '@holdfast/contracts';
import type { Frame } from '@holdfast/service-frame';
import type { HealthSettings } from './config.ts';
import { openStorageLook } from './gather/look-at-storage.ts';
import { openLook } from './look.ts';
import { openHealthMeasures } from './measures.ts';
import type { Limits } from './signs.ts';

/** What is lost is known within this and the 30 s that presence lasts. */
const EVERY_MS = 15_000;
const LEASE = 'health.watch';

/** Watches over everything, by one replica at a time: whoever holds the lease looks, the others stand by. */
export async function watchHealth(frame: Frame<HealthSettings>): Promise<{ stop(): Promise<void> }> {
  const { bus, source, settings, leases, worker, log } = frame;
  const measures = openHealthMeasures(frame.metrics);
  const look = await openLook({
    bus,
    source,
    storage: openStorageLook(settings),
    limits: limitsOf(settings),
    measures,
  });
  let lease: Lease | undefined;
  let looking: Promise<void> | undefined;

  async function lookOnce(): Promise<void> {
    try {
      if (lease?.lost.aborted) {
        lease = undefined;
        measures.forget();
      }
      lease ??= await leases.acquire(LEASE, worker);
      if (lease) await look(new Date());
    } catch (error) {
      log.warn({ failure: failureOf(error) }, 'could not look at how everything is; it is tried again');
    }
  }
  const tick = (): void => {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
  };
  tick();
  const timer = setInterval(tick, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      await lease?.release();
    },
  };
}

const limitsOf = (settings: HealthSettings): Limits => ({
  schedulesFire: settings.BACKUP_ENABLED,
  drillEveryMs: settings.BACKUP_DRILL_EVERY,
  toleranceMs: settings.BACKUP_ABSENCE_TOLERANCE,
  warnPercent: settings.BACKUP_STORAGE_WARN_PERCENT,
  criticalPercent: settings.BACKUP_STORAGE_CRITICAL_PERCENT,
});
