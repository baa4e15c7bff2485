import { pickSettings } from '@holdfast/contracts';
import type { z } from 'zod';

export const workerSettings = pickSettings(
  'NATS_URL',
  'NATS_CREDS_FILE',
  'EVENTS_PREFIX',
  'DATABASE_URL',
  'BACKUP_DATABASES',
  'BACKUP_DIR',
  'BACKUP_COMPRESSION_ENABLED',
  'BACKUP_COMPRESSION',
  'BACKUP_COMPRESSION_LEVEL',
  'BACKUP_VALIDATE_AFTER_BACKUP',
  'BACKUP_VALIDATE_BEFORE_RESTORE',
  'BACKUP_MAX_RETRIES',
  'BACKUP_RETRY_WAIT',
  'BACKUP_STALL_TIMEOUT',
  'BACKUP_LOCK_TIMEOUT',
  'BACKUP_RESTORE_KEEP',
  'MAX_CONCURRENT_BACKUPS',
  'WORKER_ROLES',
  'HOLDFAST_METRICS_PORT',
  'HOLDFAST_LOG_LEVEL',
);
export type WorkerSettings = z.output<typeof workerSettings>;
