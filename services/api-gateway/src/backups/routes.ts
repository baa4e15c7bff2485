import { lookUp } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { pageOf } from '../http/page.ts';
import { accepted, view } from '../runs/known-run.ts';
import { waitForRun } from '../runs/wait-for-run.ts';
import { askForBackup } from './ask-backup.ts';
import { askForRemoval } from './ask-removal.ts';
import { viewBackups, withWorth } from './catalogue.ts';
import { downloadAnswer } from './download.ts';
import { sortedBy } from './sorts.ts';
import { seenOf } from './sums.ts';

export const backupHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'createBackup' | 'listBackups' | 'getBackup' | 'deleteBackup' | 'downloadBackup'> => ({
  createBackup: async ({ body }, context) =>
    accepted(await askForBackup(deps, context, 'createBackup', body)),
  listBackups: async ({ query: { database, type, sort, limit, cursor } }, { sees }) => {
    const { backups, foreign, problems, historyAvailable } = await deps.catalogue(database);
    // What the caller sees is told before the page is cut: his own must not hide behind others'.
    const seen = seenOf(backups, sees);
    const own = type === undefined ? seen : seen.filter((backup) => backup.type === type);
    const files = foreign.filter((file) => sees(file.database));
    const { sorted, placeOf, order } = sortedBy(own, sort);
    const { items, ...next } = pageOf(sorted, { limit, cursor }, placeOf, order);
    return ok({
      backups: [...(await viewBackups(deps, items))],
      ...next,
      ...(files.length === 0 ? {} : { foreign: files }),
      problems: problems.filter(({ key }) => sees(key.split('/')[0])),
      total: own.length,
      historyAvailable,
    });
  },
  getBackup: async ({ params: { filename } }) =>
    ok(await withWorth(deps, await lookUp(deps.repository, filename))),
  deleteBackup: async ({ params: { filename: reference }, query: { force } }, context) => {
    const asked = await askForRemoval(deps, context, 'deleteBackup', { reference, force });
    if (context.respondAsync) return accepted(asked);
    const ended = await waitForRun(deps, context, asked.id);
    return ended.failed ?? ok(view(ended.record));
  },
  downloadBackup: ({ params: { filename } }, context) => downloadAnswer(deps, filename, context),
});
