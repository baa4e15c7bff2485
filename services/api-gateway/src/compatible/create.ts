import type { RunRecord } from '@holdfast/contracts';
import { askForBackup } from '../backups/ask-backup.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Answer, CallContext, Handlers } from '../http/handler.ts';
import { view } from '../runs/known-run.ts';
import { failureOfRun } from '../runs/view-run.ts';
import { waitForRun, waitForValidation } from '../runs/wait-for-run.ts';
import { acceptedEnvelope, envelope } from './answers.ts';
import { renderBackup, renderEnhancedBackup } from './render.ts';
import { wantedByEnhanced, wantedByLegacy } from './translate.ts';

export const createHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'legacyCreateBackup' | 'enhancedCreateBackup'> => ({
  legacyCreateBackup: async ({ body }, context) => {
    const asked = await askForBackup(deps, context, 'legacyCreateBackup', wantedByLegacy(body));
    if (context.respondAsync) return acceptedEnvelope(asked);
    const ended = await waitForRun(deps, context, asked.id);
    if (ended.failed) return ended.failed;
    const { backup } = view(ended.record);
    return backup ? envelope(renderBackup(backup), 'Backup created.') : untold(ended.record);
  },
  enhancedCreateBackup: async ({ body }, context) => {
    const wanted = wantedByEnhanced(body, deps.settings);
    const asked = await askForBackup(deps, context, 'enhancedCreateBackup', wanted);
    if (context.respondAsync) return acceptedEnvelope(asked);
    const ended = await waitForRun(deps, context, asked.id);
    if (ended.failed) return ended.failed;
    return validated(deps, context, ended.record);
  },
});

/** Waits for the validation too. An invalid backup is a failure; one that could not be looked at is a warning. */
async function validated(
  deps: GatewayDependencies,
  context: CallContext,
  record: RunRecord,
): Promise<Answer<never> | ReturnType<typeof envelope<ReturnType<typeof renderEnhancedBackup>>>> {
  const { backup, validationRun } = view(record);
  if (!backup) return untold(record);
  const render = (isValid: boolean, warnings: readonly string[]) =>
    envelope(renderEnhancedBackup(backup, { validated: isValid, warnings }), 'Backup created.');
  if (validationRun === undefined) return render(false, []);
  const looked = await waitForValidation(deps, context, validationRun);
  if (!looked) return render(false, ['No validator began within 30 s, so the backup is not validated yet.']);
  const why = failureOfRun(looked);
  if (why) return render(false, [`The backup could not be validated: ${why.message}`]);
  const { validation } = view(looked);
  if (validation?.verdict !== 'invalid')
    return render(validation !== undefined && validation.verdict !== 'inconclusive', []);
  const [finding] = validation.findings.filter((each) => each.outcome === 'failed');
  const message = `The backup ${backup.filename} was made and is invalid (${finding?.detail ?? 'no detail'}); make another.`;
  const data = { ...renderEnhancedBackup(backup, { validated: false, warnings: [] }), success: false };
  return { failure: { code: 'invalid_backup', message }, run: record.id, data };
}

/** A completed run whose event another release wrote in a way we cannot read. */
export const untold = (record: RunRecord): Answer<never> => ({
  failure: {
    code: 'internal',
    message: `Run ${record.id} completed, but what it says cannot be read by this release.`,
  },
  run: record.id,
});
