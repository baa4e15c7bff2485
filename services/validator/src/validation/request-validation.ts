import { isTerminal, type RunId, type ValidationLevel } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';
import { SOURCE, type ValidatorDependencies } from '../dependencies.ts';

export type WantedValidation = {
  /** Derived from why it is asked for, so that it is made once whoever asks. */
  readonly run: RunId;
  readonly database: string;
  readonly filename: string;
  readonly level: ValidationLevel;
  readonly correlation?: RunId | undefined;
  readonly causation?: string | undefined;
  readonly traceparent?: string | undefined;
};

/** Idempotent; answers false when that run is over already. */
export async function requestValidation(
  deps: Pick<ValidatorDependencies, 'runs' | 'bus'>,
  wanted: WantedValidation,
): Promise<boolean> {
  const { run, database, filename, level, correlation, causation, traceparent } = wanted;
  const entry = await deps.runs.request({ id: run, kind: 'validation', database, correlation });
  if (isTerminal(entry.value.state)) return false;
  await deps.bus.publish(
    makeEvent('validation.requested', {
      id: `${run}:requested`,
      run,
      source: SOURCE,
      database,
      data: { filename, level, by: 'validator' },
      correlationid: correlation ?? run,
      causationid: causation,
      traceparent,
    }),
  );
  return true;
}
