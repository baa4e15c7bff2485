import { RetryLater, type Delivery, type Subscription } from '@holdfast/bus';
import {
  eventSchemas,
  failureOf,
  HoldfastError,
  isTerminal,
  runIdSchema,
  type Envelope,
  type RunRecord,
} from '@holdfast/contracts';
import { deliveriesFor, derivedRunId, performRun, validationRunId } from '@holdfast/runs';
import { tellAnomalies } from '../anomalies/tell-anomalies.ts';
import type { ValidatorDependencies } from '../dependencies.ts';
import { afterFailedDrill } from '../drills/after-failed-drill.ts';
import { changeVerification } from '../verification/change-verification.ts';
import { afterValidation } from '../verification/decide.ts';
import { requestValidation } from './request-validation.ts';
import { validationRun } from './validation-run.ts';

/** Beside the drills that go: so many may wait here, and so many others be done meanwhile. */
const MAX_WAITING = 4;
const OTHERS = 4;
const WAIT_MS = 15_000;

export async function handleValidationRequested(
  deps: ValidatorDependencies,
  delivery: Delivery,
): Promise<void> {
  const { event } = delivery;
  if (!runIdSchema.safeParse(event.subject).success) {
    throw new HoldfastError('invalid_request', `Event ${event.id}: its subject is no run id (a UUID).`);
  }
  await tellWhatIsRead(deps, event);
  const give = await takeSlot(deps, delivery);
  try {
    const record = await performRun(deps, validationRun(deps, event), delivery);
    deps.log.info({ run: record.id, database: record.database, state: record.state }, 'validation over');
    await conclude(deps, record);
  } finally {
    give();
  }
}

const levelOf = (event: Envelope) => eventSchemas['validation.requested'].safeParse(event.data).data?.level;

/** Drills wait for one another; the quick looks go past them. */
async function takeSlot(deps: ValidatorDependencies, { event, signal }: Delivery): Promise<() => void> {
  const { drillSlots } = deps;
  if (levelOf(event) !== 'restore') return () => undefined;
  if (drillSlots.isFull() && drillSlots.waiting() >= MAX_WAITING)
    throw new RetryLater('Too many drills wait here.', WAIT_MS);
  try {
    return await drillSlots.take(signal);
  } catch (error) {
    throw signal.aborted ? new RetryLater('The validator is draining.', 0) : error;
  }
}

/** Retention leaves alone what a run reads, from before the first byte. */
async function tellWhatIsRead(deps: ValidatorDependencies, event: Envelope): Promise<void> {
  const { data } = eventSchemas['validation.requested'].safeParse(event.data);
  if (!data) return;
  for (;;) {
    const entry = await deps.runs.request({
      id: event.subject,
      kind: 'validation',
      database: event.database,
      requestedAt: new Date(event.time),
      correlation: event.correlationid,
    });
    if (isTerminal(entry.value.state) || entry.value.filename !== undefined) return;
    const filename = await filenameOf(deps, data.filename);
    if (await deps.runs.change(entry, { filename })) return;
  }
}

/** The file's own name; what was asked for where it cannot be found, which the run itself tells. */
async function filenameOf({ repository }: ValidatorDependencies, reference: string): Promise<string> {
  try {
    return (await repository.find(reference)).backup.filename;
  } catch (error) {
    if (failureOf(error).code === 'internal') throw error;
    return reference;
  }
}

/** What follows from an outcome; safe to do again, as a redelivered request does. */
async function conclude(deps: ValidatorDependencies, { outcome, worker }: RunRecord): Promise<void> {
  if (outcome?.type !== 'validation.completed') return;
  const result = eventSchemas['validation.completed'].parse(outcome.data);
  await changeVerification(deps.verifications, result.name, (before) =>
    afterValidation(before, result, outcome.time),
  );
  const database = outcome.database ?? '_';
  if (worker === deps.worker) {
    deps.measures.validations.inc({ database, level: result.level, verdict: result.verdict });
    if (result.verdict === 'proven' && result.recoveryMs !== undefined)
      deps.measures.drillSeconds.observe({ database }, result.recoveryMs / 1_000);
  }
  await afterFailedDrill(deps, outcome, result);
}

/** A finished backup that is to be validated becomes a request; its ids follow from the backup's, so it is made once. */
export async function handleBackupCompleted(deps: ValidatorDependencies, delivery: Delivery): Promise<void> {
  const { event } = delivery;
  const { backup, validate } = eventSchemas['backup.completed'].parse(event.data);
  const wanted = {
    database: backup.database,
    filename: backup.filename,
    correlation: event.correlationid ?? backup.run,
    causation: event.id,
    traceparent: event.traceparent,
  };
  if (validate !== undefined)
    await requestValidation(deps, { ...wanted, run: validationRunId(backup.run), level: validate });
  if (deps.settings.BACKUP_DRILL_AFTER_FULL && backup.type === 'full' && validate !== 'restore')
    await requestValidation(deps, { ...wanted, run: derivedRunId(`${backup.run}:drill`), level: 'restore' });
  await tellAnomalies(deps, event, backup);
}

export function subscribeValidations(deps: ValidatorDependencies): Promise<readonly Subscription[]> {
  const { BACKUP_DRILL_CONCURRENCY: drills, BACKUP_MAX_RETRIES: maxRetries } = deps.settings;
  return Promise.all([
    deps.bus.consume({
      durable: 'validator_validation_requested',
      filterSubject: 'validation.requested.>',
      concurrency: drills + MAX_WAITING + OTHERS,
      // Besides the attempts, a drill may come back for as long as others go before it.
      maxDeliveries: deliveriesFor(maxRetries) + 10_000,
      handle: (delivery) => handleValidationRequested(deps, delivery),
    }),
    deps.bus.consume({
      durable: 'validator_backup_completed',
      filterSubject: 'backup.completed.>',
      handle: (delivery) => handleBackupCompleted(deps, delivery),
    }),
  ]);
}
