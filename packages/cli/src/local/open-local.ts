import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import { isForeign } from '@holdfast/contracts';
import { lookUp, openRepositoryOf } from '@holdfast/engine';
import type { LocalConnection } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { readCatalogue, readStatus } from './local-catalogue.ts';
import { openLocalDatabases } from './local-databases.ts';
import { downloadLocally, exportLocally, readContentsLocally } from './local-exports.ts';
import { openLocalRuns } from './local-runs.ts';
import { readLocalSettings } from './local-settings.ts';
import { askForBackup, askForRestore, askForValidation, type LocalParts } from './local-work.ts';

/** Works on the repository and the database themselves, in the shapes of the server's client. */
export async function openLocal(
  options: Pick<GlobalOptions, 'dir'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LocalConnection> {
  const settings = readLocalSettings(options, env);
  const repository = await openRepositoryOf(settings);
  const runs = openLocalRuns(() => new Date());
  const parts: LocalParts = {
    settings,
    repository,
    databases: openLocalDatabases(settings),
    runs,
    worker: `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`,
  };
  return {
    kind: 'local',
    place: repository.storage.location,
    client: {
      createBackup: (input) => askForBackup(parts, input),
      createRestore: (input) => askForRestore(parts, input),
      createValidation: (input) => askForValidation(parts, input),
      listBackups: ({ database, sort, limit } = {}) =>
        readCatalogue(parts, { database, sort, ...(limit === undefined ? {} : { limit: Number(limit) }) }),
      getBackup: async ({ filename }) => {
        const found = await lookUp(repository, filename);
        return isForeign(found) ? found : found.backup;
      },
      getBackupContents: (input, options) => readContentsLocally(repository, input, options),
      downloadBackup: (input, options) => downloadLocally(repository, input, options),
      exportBackup: (input, options) => exportLocally(repository, input, options),
      getStatus: () => readStatus(parts, new Date()),
      watchRun: runs.watch,
    },
    close: () => parts.databases.close(),
  };
}
