import { join } from 'node:path';
import {
  backupSettingNames,
  keySettingNames,
  olderSpellings,
  pickSettings,
  secretSettings,
} from '@holdfast/contracts';
import { loadConfig } from '@holdfast/service-kit';
import type { z } from 'zod';
import { homeDir } from '../checkout.ts';
import type { GlobalOptions } from '../global-options.ts';

const schema = pickSettings(
  'DATABASE_URL',
  'BACKUP_DATABASES',
  ...keySettingNames,
  ...backupSettingNames,
  'BACKUP_VALIDATE_AFTER_BACKUP',
  'BACKUP_VALIDATE_BEFORE_RESTORE',
  'BACKUP_RESTORE_KEEP',
  'BACKUP_DRILL_URL',
  'BACKUP_DRILL_USER',
  'BACKUP_SCRATCH_DIR',
);

export type LocalSettings = z.output<typeof schema> & {
  /** The standalone's folder. */
  readonly home: string;
  /** The repository's folder: `--dir`, BACKUP_DIR, or the standalone's. */
  readonly dir: string;
};

/** The same settings that the services read, from the same environment. Throws invalid_request listing what is wrong. */
export function readLocalSettings(
  options: Pick<GlobalOptions, 'dir'>,
  env: Readonly<Record<string, string | undefined>>,
): LocalSettings {
  const { config } = loadConfig(schema, env, { older: olderSpellings, secrets: secretSettings });
  const home = homeDir(env);
  return { ...config, home, dir: options.dir ?? (env['BACKUP_DIR'] || join(home, 'backups')) };
}
