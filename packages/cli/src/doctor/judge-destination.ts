import type { DestinationView } from '@holdfast/contracts';
import { formatBytes } from '../render/quantities.ts';
import { ok, type Finding } from './finding.ts';

/** The settings' own defaults for how full is too full. */
const WARN = 0.8;
const CRITICAL = 0.95;

export function judgeDestination(destination: DestinationView): Finding {
  const { id, location = id, outcome, detail = '', freeBytes, totalBytes } = destination;
  const told = { check: 'repository', subject: id };
  if (outcome === 'critical')
    return {
      ...told,
      outcome,
      code: 'storage_failed',
      detail: `${location}: ${detail}`,
      mend: 'make the folder or bucket, and let the account write to it; BACKUP_DESTINATIONS and BACKUP_DIR say where it is',
    };
  const room = freeBytes === undefined ? '' : `, ${formatBytes(freeBytes)} free`;
  const used = freeBytes === undefined || !totalBytes ? 0 : 1 - freeBytes / totalBytes;
  if (used < WARN) return ok('repository', `${location} can be written${room}`, id);
  return {
    ...told,
    outcome: used < CRITICAL ? 'warning' : 'critical',
    ...(used < CRITICAL ? {} : { code: 'storage_full' as const }),
    detail: `${location} is ${Math.floor(used * 100)} % full${room}`,
    mend: 'backup-admin cleanup --dry-run shows what may go; or give it more room',
  };
}
