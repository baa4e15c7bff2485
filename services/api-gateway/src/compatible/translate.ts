import {
  backupTypeSchema,
  type enhancedCreateBody,
  type enhancedRestoreBody,
  type legacyCreateBody,
  type ValidationLevel,
} from '@holdfast/contracts';
import type { z } from 'zod';
import type { WantedBackup } from '../backups/ask-backup.ts';
import type { GatewaySettings } from '../config.ts';

// What existing clients ask for, in our words. Pure.

const givenName = (filename: string | undefined): { alias?: string } =>
  filename === undefined || filename.trim() === '' ? {} : { alias: filename.trim() };

export const wantedByLegacy = ({
  filename,
  description,
  database,
}: z.output<typeof legacyCreateBody>): WantedBackup => ({
  type: 'full',
  trigger: 'manual',
  description: description ?? '',
  database,
  ...givenName(filename),
});

const validateAs = (wanted: boolean | ValidationLevel): ValidationLevel | 'none' => {
  if (typeof wanted === 'string') return wanted;
  return wanted ? 'structure' : 'none';
};

/** `type` once said why (manual, automatic, migration), and in the newer vocabulary what (full, incremental, differential). */
export function wantedByEnhanced(
  body: z.output<typeof enhancedCreateBody>,
  settings: Pick<GatewaySettings, 'BACKUP_COMPRESSION' | 'BACKUP_COMPRESSION_ENABLED'>,
): WantedBackup {
  const { description = '', type = 'manual', database, validate, compress } = body;
  const kind = backupTypeSchema.safeParse(type).data;
  const codec = settings.BACKUP_COMPRESSION === 'none' ? 'zstd' : settings.BACKUP_COMPRESSION;
  return {
    type: kind ?? 'full',
    trigger: kind === undefined ? type : 'manual',
    description,
    database,
    ...(validate === undefined ? {} : { validate: validateAs(validate) }),
    ...(compress === false ? { compression: 'none' as const } : {}),
    ...(compress === true && !settings.BACKUP_COMPRESSION_ENABLED ? { compression: codec } : {}),
  };
}

export const wantedRestore = ({
  filename,
  database,
  safety_backup: safetyBackup = true,
  trust_file: trustFile = false,
}: z.output<typeof enhancedRestoreBody>) => ({
  filename,
  mode: 'swap' as const,
  safetyBackup,
  keepExtra: false,
  trustFile,
  withRoles: false,
  database,
});
