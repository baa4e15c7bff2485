import type { EventData, EventType } from '@holdfast/contracts';
import { formatSpan } from './format.ts';
import { cancelledBy, detail, failed, progress, type About, type Describers, type Facts } from './facts.ts';

export type ValidationEvent = Extract<EventType, `validation.${string}`>;

export const validationFacts: Describers<ValidationEvent> = {
  'validation.requested': ({ filename, level, by }) => ({
    ...progress(`Validation of ${filename} was asked for`, [...detail('Level', level), ...detail('By', by)]),
    filename,
  }),
  'validation.started': ({ filename, level }) => ({
    ...progress(`Validation of ${filename} began`, detail('Level', level)),
    filename,
  }),
  'validation.attempt_failed': ({ attempt, error, retryInMs }, { name }) => ({
    ...progress(
      `Attempt ${attempt} at a validation for ${name} failed; it is tried again`,
      detail('Again in', formatSpan(retryInMs)),
    ),
    severity: 'warning',
    error,
  }),
  'validation.completed': completed,
  'validation.failed': ({ attempts, error }, { name, database }) => ({
    ...failed(`A backup of ${name} could not be validated`, error, attempts),
    problem: `validation.${database ?? '_'}`,
  }),
  'validation.cancelled': (data, { name }) => cancelledBy(`A validation for ${name} was cancelled`, data),
};

function completed(data: EventData<'validation.completed'>, { name, database }: About): Facts {
  const isDrill = data.level === 'restore';
  const what = isDrill ? 'Restore drill' : 'Validation';
  const bad = data.findings.filter(({ outcome }) => outcome === 'failed');
  const open = data.findings.filter(({ outcome }) => outcome === 'skipped');
  const common = { filename: data.filename, durationMs: data.durationMs };
  const level = detail('Level', data.level);
  if (data.verdict === 'invalid')
    return {
      ...common,
      title: `${what} of ${name}: the backup is NOT good`,
      outcome: 'failure',
      severity: 'critical',
      problem: `validation.${database ?? '_'}`,
      details: [
        ...level,
        ...bad.slice(0, 10).flatMap((each) => detail(`Failed: ${each.check}`, each.detail)),
      ],
      advice:
        'Do not rely on this backup. Take a full backup now, and keep this one for inquiry: `backup-admin create --type full`.',
    };
  // A drill that is not the whole proof is worth a look; a checksum never is a proof.
  const isInconclusive = isDrill && data.verdict !== 'proven';
  return {
    ...common,
    title:
      data.verdict === 'proven'
        ? `Backup of ${name} is proven to restore`
        : `${what} of ${name} found no fault`,
    outcome: isInconclusive ? 'warning' : isDrill ? 'success' : 'info',
    severity: isInconclusive ? 'warning' : 'info',
    problem: `validation.${database ?? '_'}`,
    resolves: true,
    details: [
      ...level,
      ...(isDrill ? detail('Recovery time', formatSpan(data.durationMs)) : []),
      ...open.slice(0, 10).flatMap((each) => detail(`Not compared: ${each.check}`, each.detail)),
    ],
    ...(isInconclusive
      ? { advice: 'It restored, but not everything could be compared: see what was not.' }
      : {}),
  };
}
