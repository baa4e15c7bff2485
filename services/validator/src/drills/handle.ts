import type { Delivery, Subscription } from '@holdfast/bus';
import { eventSchemas, runIdSchema, type Envelope } from '@holdfast/contracts';
import { followUp } from '@holdfast/runs';
import { SOURCE, type ValidatorDependencies } from '../dependencies.ts';
import { requestValidation } from '../validation/request-validation.ts';
import { loadCandidates } from './candidates.ts';
import { chooseForDrill } from './plan-drills.ts';

/** A schedule's drill: its subject is the run. With nothing to drill the run fails, so that somebody hears of it. */
export async function handleScheduleFired(deps: ValidatorDependencies, { event }: Delivery): Promise<void> {
  const { action } = eventSchemas['schedule.fired'].parse(event.data);
  const run = runIdSchema.parse(event.subject);
  if (action !== 'drill' || event.database === undefined) return;
  const backup = chooseForDrill(await loadCandidates(deps, event.database));
  if (!backup) return failed(deps, event, event.database);
  await requestValidation(deps, {
    run,
    database: event.database,
    filename: backup.filename,
    level: 'restore',
    correlation: event.correlationid,
    causation: event.id,
    traceparent: event.traceparent,
  });
}

async function failed(deps: ValidatorDependencies, event: Envelope, database: string): Promise<void> {
  await deps.runs.request({ id: event.subject, kind: 'validation', database });
  const outcome = followUp(event, SOURCE)('validation.failed', {
    attempts: 0,
    error: {
      code: 'backup_not_found',
      message: `There is no backup of ${database} to drill; make one first.`,
    },
  });
  const record = await deps.runs.finish(event.subject, 'failed', outcome);
  if (record.outcome) await deps.bus.publish(record.outcome);
}

export const subscribeDrills = async (deps: ValidatorDependencies): Promise<readonly Subscription[]> => [
  await deps.bus.consume({
    durable: 'validator_schedule_fired',
    filterSubject: 'schedule.fired.>',
    handle: (delivery) => handleScheduleFired(deps, delivery),
  }),
];
