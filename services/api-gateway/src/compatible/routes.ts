import { isForeign } from '@holdfast/contracts';
import { lookUp } from '@holdfast/engine';
import { askForRemoval } from '../backups/ask-removal.ts';
import { downloadAnswer } from '../backups/download.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import { pageActivity, renderActivity } from '../history/activity.ts';
import type { ActivityPage } from '../history/history-reader.ts';
import type { Handlers } from '../http/handler.ts';
import { askForRestore } from '../restores/ask-restore.ts';
import { view } from '../runs/known-run.ts';
import { waitForRun } from '../runs/wait-for-run.ts';
import type { ReadStatus } from '../status/open-status.ts';
import { takeUpload } from '../uploads/take-upload.ts';
import { askForValidation } from '../validations/ask-validation.ts';
import { acceptedEnvelope, envelope, said } from './answers.ts';
import { compatibleCleanupHandlers } from './cleanup.ts';
import { createHandlers, untold } from './create.ts';
import { renderBackup, renderRestore, renderStatus, renderValidation } from './render.ts';
import { compatibleScheduleHandlers } from './schedules.ts';
import { wantedRestore } from './translate.ts';

const RECENT = 10;

type Compatible = Extract<keyof Handlers, `legacy${string}` | `enhanced${string}`>;

/** What existing clients speak. Each asks as our own routes do, then waits, then answers in their words. */
export const compatibleHandlers = (
  deps: GatewayDependencies,
  readStatus: ReadStatus,
): Pick<Handlers, Compatible> => ({
  ...createHandlers(deps),
  ...compatibleScheduleHandlers(deps),
  ...compatibleCleanupHandlers(deps),
  legacyListBackups: async () => {
    const { backups, foreign } = await deps.catalogue();
    const all = [...backups, ...foreign].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    return envelope(all.map(renderBackup));
  },
  legacyDownloadBackup: ({ params: { filename } }, context) => downloadAnswer(deps, filename, context),
  legacyDeleteBackup: async ({ params: { filename: reference }, query: { force } }, context) => {
    const asked = await askForRemoval(deps, context, 'legacyDeleteBackup', { reference, force });
    if (context.respondAsync) return acceptedEnvelope(asked);
    const ended = await waitForRun(deps, context, asked.id);
    return ended.failed ?? said('Backup deleted.');
  },
  legacyUploadBackup: async (_request, context) =>
    envelope(renderBackup(await takeUpload(deps, context)), 'Backup uploaded.'),
  legacyRestoreBackup: async ({ body }, context) => {
    const wanted = wantedRestore(body);
    const asked = await askForRestore(deps, context, 'legacyRestoreBackup', wanted);
    if (context.respondAsync) return acceptedEnvelope(asked);
    const ended = await waitForRun(deps, context, asked.id);
    return ended.failed ?? said('Backup restored.');
  },
  enhancedRestoreBackup: async ({ body }, context) => {
    const wanted = wantedRestore(body);
    const asked = await askForRestore(deps, context, 'enhancedRestoreBackup', wanted);
    if (context.respondAsync) return acceptedEnvelope(asked);
    const ended = await waitForRun(deps, context, asked.id);
    if (ended.failed) return ended.failed;
    const { restore } = view(ended.record);
    return restore ? envelope(renderRestore(restore, asked.id), 'Backup restored.') : untold(ended.record);
  },
  enhancedValidateBackup: async ({ params: { filename }, query: { level } }, context) => {
    const wanted = { filename, level: level ?? ('structure' as const) };
    const asked = await askForValidation(deps, context, 'enhancedValidateBackup', wanted);
    if (context.respondAsync) return acceptedEnvelope(asked);
    const ended = await waitForRun(deps, context, asked.id);
    if (ended.failed) return ended.failed;
    const { validation } = view(ended.record);
    if (!validation) return untold(ended.record);
    const found = await lookUp(deps.repository, filename);
    const backup = isForeign(found) ? found : found.backup;
    const file = {
      asked: filename,
      sizeBytes: backup.sizeBytes,
      modifiedAt: backup.createdAt,
      run: asked.id,
    };
    return envelope(renderValidation(validation, file));
  },
  enhancedGetStatus: async () => {
    const { status, backups, foreign, recent } = await readStatus();
    const page = { limit: RECENT, offset: 0 };
    const activity = (await deps.history.listActivity(page)) ?? pageActivity(recent, page);
    return envelope(renderStatus(status, { backups, foreign }, activity.rows));
  },
  enhancedListHistory: async ({ query }) => {
    const { rows, total } = await listActivity(deps, query);
    return envelope({ history: rows.map(renderActivity), total });
  },
});

async function listActivity(
  deps: GatewayDependencies,
  page: { readonly limit: number; readonly offset: number },
): Promise<ActivityPage> {
  return (await deps.history.listActivity(page)) ?? pageActivity(await deps.recentRuns(), page);
}
