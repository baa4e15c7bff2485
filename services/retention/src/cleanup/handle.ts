import type { Delivery, Subscription } from '@holdfast/bus';
import { eventSchemas, HoldfastError, runIdSchema, type Envelope } from '@holdfast/contracts';
import { deliveriesFor, derivedRunId, makeEvent, performRun } from '@holdfast/runs';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';
import { makePlans } from '../plan/make-plans.ts';
import { cleanupRun } from './cleanup-run.ts';
import { waitForGrace } from './wait-for-grace.ts';
import { warnUnmet } from './warn-unmet.ts';
import { wishOf, type CleanupWish } from './wish.ts';

/** A grace of weeks comes back once a day. */
const DELIVERIES_OF_GRACE = 400;

/** Of an older backup there was, or will be, another occasion: a consumer that begins anew must not plan a year again. */
const MAX_AGE_MS = 24 * 3_600_000;

export async function handleCleanupRequested(deps: RetentionDependencies, delivery: Delivery): Promise<void> {
  const { event } = delivery;
  if (!runIdSchema.safeParse(event.subject).success)
    throw new HoldfastError('invalid_request', `Event ${event.id}: its subject is no run id (a UUID).`);
  await perform(deps, event, delivery.signal, () => wishOf(event));
}

export async function handleScheduleFired(deps: RetentionDependencies, delivery: Delivery): Promise<void> {
  const { action } = eventSchemas['schedule.fired'].parse(delivery.event.data);
  if (action === 'cleanup') await handleCleanupRequested(deps, delivery);
}

/** The clean-up after a backup is a run only when there is something to remove: else nobody would want to hear of it. */
export async function handleBackupCompleted(deps: RetentionDependencies, delivery: Delivery): Promise<void> {
  const { event } = delivery;
  const { database } = event;
  if (database === undefined || deps.now().getTime() - Date.parse(event.time) > MAX_AGE_MS) return;
  const run = derivedRunId(`${event.subject}:cleanup`);
  if (!(await deps.runs.get(run))) {
    const { plans } = await makePlans(deps, { database });
    await warnUnmet(deps, plans);
    for (const { place, plan } of plans)
      if (place.id === undefined) deps.measures.planned(database, plan.keep.length, plan.remove.length);
    if (plans.every(({ plan }) => plan.remove.length === 0)) return;
  }
  const by = 'retention';
  const request = makeEvent('retention.cleanup.requested', {
    run,
    source: SOURCE,
    database,
    data: { force: false, by },
    correlationid: event.correlationid ?? event.subject,
    causationid: event.id,
    traceparent: event.traceparent,
  });
  await perform(deps, request, delivery.signal, () => ({ database, force: false, by, sweeps: false }));
}

async function perform(
  deps: RetentionDependencies,
  request: Envelope,
  signal: AbortSignal,
  wish: () => CleanupWish,
): Promise<void> {
  // A malformed request has a run all the same, which fails and says so.
  const plannedAt = isReadable(wish) ? await waitForGrace(deps, request, wish()) : undefined;
  const record = await performRun(deps, cleanupRun(deps, request, wish, plannedAt), {
    event: request,
    signal,
  });
  deps.log.info({ run: record.id, database: record.database, state: record.state }, 'clean-up over');
}

function isReadable(wish: () => CleanupWish): boolean {
  try {
    wish();
    return true;
  } catch {
    return false; // thrown again, and told, by the run
  }
}

export function subscribeCleanups(deps: RetentionDependencies): Promise<readonly Subscription[]> {
  const maxDeliveries = deliveriesFor(deps.settings.BACKUP_MAX_RETRIES) + DELIVERIES_OF_GRACE;
  return Promise.all([
    deps.bus.consume({
      durable: 'retention_retention_cleanup_requested',
      filterSubject: 'retention.cleanup.requested.>',
      maxDeliveries,
      handle: (delivery) => handleCleanupRequested(deps, delivery),
    }),
    deps.bus.consume({
      durable: 'retention_schedule_fired',
      filterSubject: 'schedule.fired.>',
      maxDeliveries,
      handle: (delivery) => handleScheduleFired(deps, delivery),
    }),
    deps.bus.consume({
      durable: 'retention_backup_completed',
      filterSubject: 'backup.completed.>',
      maxDeliveries,
      handle: (delivery) => handleBackupCompleted(deps, delivery),
    }),
  ]);
}
