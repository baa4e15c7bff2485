import type { Delivery, Subscription } from '@holdfast/bus';
import { eventSchemas, HoldfastError, runIdSchema } from '@holdfast/contracts';
import { makeEvent, deliveriesFor, performRun, validationRunId } from '@holdfast/runs';
import { SOURCE, type ValidatorDependencies } from '../dependencies.ts';
import { validationRun } from './validation-run.ts';

export async function handleValidationRequested(
  deps: ValidatorDependencies,
  delivery: Delivery,
): Promise<void> {
  const { event } = delivery;
  if (!runIdSchema.safeParse(event.subject).success) {
    throw new HoldfastError('invalid_request', `Event ${event.id}: its subject is no run id (a UUID).`);
  }
  const record = await performRun(deps, validationRun(deps, event), delivery);
  deps.log.info({ run: record.id, database: record.database, state: record.state }, 'validation over');
}

/** A finished backup that is to be validated becomes a request; its ids follow from the backup's, so it is made once. */
export async function handleBackupCompleted(deps: ValidatorDependencies, delivery: Delivery): Promise<void> {
  const { event } = delivery;
  const { backup, validate } = eventSchemas['backup.completed'].parse(event.data);
  if (validate === undefined) return;
  const run = validationRunId(backup.run);
  await deps.runs.request({
    id: run,
    kind: 'validation',
    database: backup.database,
    correlation: event.correlationid ?? backup.run,
  });
  await deps.bus.publish(
    makeEvent('validation.requested', {
      id: `${run}:requested`,
      run,
      source: SOURCE,
      database: backup.database,
      data: { filename: backup.filename, level: validate, by: 'validator' },
      correlationid: event.correlationid ?? backup.run,
      causationid: event.id,
      traceparent: event.traceparent,
    }),
  );
}

export function subscribeValidations(deps: ValidatorDependencies): Promise<readonly Subscription[]> {
  return Promise.all([
    deps.bus.consume({
      durable: 'validator_validation_requested',
      filterSubject: 'validation.requested.>',
      maxDeliveries: deliveriesFor(deps.settings.BACKUP_MAX_RETRIES),
      handle: (delivery) => handleValidationRequested(deps, delivery),
    }),
    deps.bus.consume({
      durable: 'validator_backup_completed',
      filterSubject: 'backup.completed.>',
      handle: (delivery) => handleBackupCompleted(deps, delivery),
    }),
  ]);
}
