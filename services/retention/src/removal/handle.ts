import type { Delivery, Subscription } from '@holdfast/bus';
import {
  eventSchemas,
  failureOf,
  HoldfastError,
  isForeign,
  runIdSchema,
  type Envelope,
} from '@holdfast/contracts';
import { lookUp, removeForeign } from '@holdfast/engine';
import { followUp, deliveriesFor, performRun, type RunDefinition } from '@holdfast/runs';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';

/** How a `backup.delete_requested` is done: the manifest goes first, so a half-removed backup is none. */
function removalRun(deps: RetentionDependencies, request: Envelope): RunDefinition {
  const event = followUp(request, SOURCE);
  const wanted = eventSchemas['backup.delete_requested'].safeParse(request.data);
  return {
    kind: 'removal',
    maxRetries: deps.settings.BACKUP_MAX_RETRIES,
    retryWaitMs: deps.settings.BACKUP_RETRY_WAIT,
    work: async ({ attempt }) => {
      if (!wanted.success)
        throw new HoldfastError('invalid_request', 'The request for this removal is malformed.');
      const { filename, by } = wanted.data;
      const { name, freedBytes } = await remove(deps, filename, attempt > 1);
      return event('backup.deleted', { filename, name, freedBytes, by });
    },
    recover: () => Promise.resolve(undefined),
    tidy: () => Promise.resolve(),
    events: {
      failed: (attempts, error) => event('backup.delete_failed', { attempts, error }),
      // Nothing asks for it: a removal is over before anybody could.
      cancelled: () =>
        event('backup.delete_failed', {
          attempts: 0,
          error: { code: 'cancelled', message: 'The removal was cancelled.' },
        }),
    },
  };
}

/** A second attempt that finds nothing finds what the first one did. */
async function remove(
  deps: RetentionDependencies,
  filename: string,
  again: boolean,
): Promise<{ readonly name: string; readonly freedBytes: number }> {
  try {
    const found = await lookUp(deps.repository, filename);
    if (isForeign(found))
      return { name: found.filename, freedBytes: await removeForeign(deps.repository.storage, found) };
    return { name: found.backup.name, freedBytes: await deps.repository.remove(found) };
  } catch (error) {
    if (again && failureOf(error).code === 'backup_not_found') return { name: filename, freedBytes: 0 };
    throw error;
  }
}

export async function handleDeleteRequested(deps: RetentionDependencies, delivery: Delivery): Promise<void> {
  if (!runIdSchema.safeParse(delivery.event.subject).success) {
    throw new HoldfastError(
      'invalid_request',
      `Event ${delivery.event.id}: its subject is no run id (a UUID).`,
    );
  }
  const record = await performRun(deps, removalRun(deps, delivery.event), delivery);
  deps.log.info({ run: record.id, database: record.database, state: record.state }, 'removal over');
}

export async function subscribeRemovals(deps: RetentionDependencies): Promise<readonly Subscription[]> {
  return [
    await deps.bus.consume({
      durable: 'retention_backup_delete_requested',
      filterSubject: 'backup.delete_requested.>',
      maxDeliveries: deliveriesFor(deps.settings.BACKUP_MAX_RETRIES),
      handle: (delivery) => handleDeleteRequested(deps, delivery),
    }),
  ];
}
