import { parseBackupName, type Envelope, type ValidationResult } from '@holdfast/contracts';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { SOURCE, type ValidatorDependencies } from '../dependencies.ts';
import { newestProof } from './newest-proof.ts';

/**
 * A drill that found a backup bad asks for a fresh full at once. Only one until a backup is proven again: the run's id
 * follows from the newest proof there is, and a full that is as bad as the last one helps nobody.
 */
export async function afterFailedDrill(
  deps: ValidatorDependencies,
  outcome: Envelope,
  result: ValidationResult,
): Promise<void> {
  const database = parseBackupName(result.name)?.database;
  if (result.level !== 'restore' || result.verdict !== 'invalid' || database === undefined) return;
  const known = (await deps.verifications.entries()).map(({ key, value }) => ({ name: key, ...value }));
  const run = derivedRunId(`drill-failed:${database}:${newestProof(known, database) ?? 'none'}`);
  const entry = await deps.runs.request({ id: run, kind: 'backup', database, correlation: run });
  if (entry.value.state !== 'requested' || entry.value.attempt > 0) return;
  await deps.bus.publish(
    makeEvent('backup.requested', {
      id: `${run}:requested`,
      run,
      source: SOURCE,
      database,
      data: {
        type: 'full',
        trigger: 'drill-failed',
        description: `The drill of ${result.filename} failed.`,
        by: 'validator',
      },
      correlationid: run,
      causationid: outcome.id,
      traceparent: outcome.traceparent,
    }),
  );
}
