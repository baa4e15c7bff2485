import { join } from 'node:path';
import {
  backupSettingNames,
  databaseSettingNames,
  keySettingNames,
  storageSettingNames,
  olderSpellings,
  pickSettings,
  secretSettings,
} from '@holdfast/contracts';
import { loadConfig } from '@holdfast/service-kit';
import type { z } from 'zod';
import { homeDir } from '../checkout.ts';
import type { GlobalOptions } from '../global-options.ts';

const schema = pickSettings(
  ...databaseSettingNames,
  ...storageSettingNames,
  ...keySettingNames,
  ...backupSettingNames,
  'BACKUP_VALIDATE_AFTER_BACKUP',
  'BACKUP_VALIDATE_BEFORE_RESTORE',
  'BACKUP_RESTORE_KEEP',
  'BACKUP_DRILL_URL',
  'BACKUP_DRILL_USER',
);

export type LocalSettings = z.output<typeof schema> & {
  /** The standalone's folder. */
  readonly home: string;
};

/** The same settings that the services read, from the same environment. Throws invalid_request listing what is wrong. */
export function readLocalSettings(
  options: Pick<GlobalOptions, 'dir'>,
  env: Readonly<Record<string, string | undefined>>,
): LocalSettings {
  const { config } = loadConfig(schema, env, { older: olderSpellings, secrets: secretSettings });
  const home = homeDir(env);
  if (options.dir === undefined)
    return { ...config, home, BACKUP_DIR: env['BACKUP_DIR'] || join(home, 'backups') };
  // A folder that was named is meant, whatever the settings say.
  return {
    ...config,
    home,
    BACKUP_DIR: options.dir,
    BACKUP_DESTINATIONS: undefined,
    BACKUP_STORAGE_TYPE: undefined,
  };
}
