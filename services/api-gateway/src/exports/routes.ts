import type { GatewayDependencies } from '../dependencies.ts';
import type { Handlers } from '../http/handler.ts';
import { answerContents } from './answer-contents.ts';
import { answerExport } from './answer-export.ts';

export const exportHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'getBackupContents' | 'exportBackup'> => ({
  getBackupContents: ({ params: { filename }, query: { sizes } }, context) =>
    answerContents(deps, filename, { withSizes: sizes === '1', gone: context.gone }),
  exportBackup: ({ params: { filename } }, context) => answerExport(deps, filename, context),
});
