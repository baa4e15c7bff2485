import type { EventType } from '@holdfast/contracts';
import { describeChange } from './change.ts';
import { formatBytes, formatCount, formatSpan } from './format.ts';
import { cancelledBy, detail, failed, progress, type Describers } from './facts.ts';

export type BackupEvent = Extract<EventType, `backup.${string}`>;

export const backupFacts: Describers<BackupEvent> = {
  'backup.requested': ({ type, by, trigger, schedule }, { name }) => ({
    ...progress(`Backup of ${name} was asked for`, [...detail('By', by), ...detail('Trigger', trigger)]),
    type,
    schedule,
  }),
  'backup.cancel_requested': ({ by }, { name }) =>
    progress(`Cancelling the backup of ${name} was asked for`, detail('By', by)),
  'backup.started': ({ attempt, worker }, { name }) =>
    progress(`Backup of ${name} began`, [...detail('Attempt', attempt), ...detail('Worker', worker)]),
  'backup.attempt_failed': ({ attempt, error, retryInMs }, { name }) => ({
    ...progress(
      `Attempt ${attempt} at the backup of ${name} failed; it is tried again`,
      detail('Again in', formatSpan(retryInMs)),
    ),
    severity: 'warning',
    error,
  }),
  'backup.completed': ({ backup, schedule }, { name, database, context }) => ({
    title: `Backup of ${name} completed`,
    outcome: backup.warnings.length > 0 ? 'warning' : 'success',
    severity: backup.warnings.length > 0 ? 'warning' : 'info',
    filename: backup.filename,
    type: backup.type,
    sizeBytes: backup.sizeBytes,
    durationMs: backup.durationMs,
    change: describeChange(backup, context.earlier),
    schedule: schedule ?? context.schedule,
    // A part of a database proves nothing about the whole.
    ...(backup.selection === undefined ? { problem: `backup.${database ?? '_'}`, resolves: true } : {}),
    details: [
      ...detail(
        'Content',
        `${formatCount(backup.rowsCount, 'row')} in ${formatCount(backup.tablesCount, 'table')}`,
      ),
      ...detail('Trigger', backup.trigger),
      ...detail('Description', backup.description),
      ...detail('Encrypted', backup.encrypted ? 'yes' : 'no'),
      ...backup.warnings.flatMap((warning) => detail('Warning', warning)),
    ],
  }),
  'backup.failed': ({ attempts, error }, { name, database, context }) => ({
    ...failed(`Backup of ${name} failed`, error, attempts),
    schedule: context.schedule,
    problem: `backup.${database ?? '_'}`,
  }),
  'backup.cancelled': (data, { name }) => cancelledBy(`Backup of ${name} was cancelled`, data),
  'backup.delete_requested': ({ filename, by }) => ({
    ...progress(`Deleting ${filename} was asked for`, detail('By', by)),
    filename,
  }),
  'backup.deleted': ({ filename, freedBytes, by }, { name }) => ({
    title: `A backup of ${name} was deleted`,
    outcome: 'info',
    filename,
    details: [...detail('Freed', formatBytes(freedBytes)), ...detail('By', by)],
  }),
  'backup.delete_failed': ({ attempts, error }, { name }) =>
    failed(`A backup of ${name} could not be deleted`, error, attempts),
  'backup.copy_requested': ({ filename, destination }) => ({
    ...progress(`Copying ${filename} to ${destination} was asked for`),
    filename,
  }),
  'backup.copied': ({ filename, destination, sizeBytes, durationMs }, { name, database }) => ({
    title: `Backup of ${name} was copied to ${destination}`,
    outcome: 'success',
    filename,
    sizeBytes,
    durationMs,
    problem: `copy.${database ?? '_'}.${destination}`,
    resolves: true,
  }),
  'backup.copy_failed': ({ attempts, error, destination }, { name, database }) => ({
    ...failed(`Backup of ${name} could not be copied to ${destination}`, error, attempts),
    problem: `copy.${database ?? '_'}.${destination}`,
  }),
  'backup.copy_cancelled': (data, { name }) =>
    cancelledBy(`Copying a backup of ${name} to ${data.destination} was cancelled`, data),
  'backup.upload_received': ({ filename, sizeBytes, by }) => ({
    title: `${filename} was uploaded`,
    outcome: 'info',
    filename,
    sizeBytes,
    details: detail('By', by),
  }),
  'backup.pinned': ({ name, pin, by }) => ({
    title: `Backup ${name} was pinned`,
    outcome: 'info',
    details: [...detail('By', by), ...detail('Reason', pin.reason), ...detail('Until', pin.until)],
  }),
  'backup.unpinned': ({ name, by }) => ({
    title: `Backup ${name} is no longer pinned`,
    outcome: 'info',
    details: detail('By', by),
  }),
  'backup.discovered': ({ filename, sizeBytes }) => ({
    title: `A file that we did not make lies in the repository: ${filename}`,
    outcome: 'info',
    filename,
    sizeBytes,
  }),
  'backup.missing': ({ filename, destination, breaks }, { name }) => ({
    title: `A backup of ${name} is gone from the storage`,
    outcome: 'failure',
    severity: 'critical',
    filename,
    details: [
      ...detail('Destination', destination),
      ...detail('Breaks', breaks.length === 0 ? undefined : breaks.slice(0, 20).join(', ')),
    ],
    advice:
      breaks.length === 0
        ? 'Find out who removed it, and take a backup now if it was the last one: `backup-admin create`.'
        : 'Other backups cannot be restored without it. Take a full backup now: `backup-admin create --type full`.',
  }),
  'backup.anomalous': ({ filename, anomalies, message }, { name }) => ({
    title: `Backup of ${name} is unlike those before`,
    outcome: 'warning',
    severity: 'warning',
    filename,
    details: [
      ...detail('Finding', message),
      ...anomalies
        .slice(0, 20)
        .flatMap(({ measure, subject, value, usual }) =>
          detail(subject === undefined ? measure : `${measure} of ${subject}`, `${value}, usually ${usual}`),
        ),
    ],
    advice:
      'Was data deleted or encrypted? Look at the database before older backups expire, and pin a good one.',
  }),
  'backup.repaired': ({ filename, from, to }, { name }) => ({
    title: `A damaged backup of ${name} was repaired`,
    outcome: 'warning',
    severity: 'warning',
    filename,
    details: [...detail('From', from), ...detail('At', to)],
    advice: `Storage that damages a file may damage others: look at the disks of ${to}.`,
  }),
  'backup.rewrapped': ({ filename, sizeBytes }, { name }) => ({
    title: `A backup of ${name} was rewrapped for other recipients`,
    outcome: 'info',
    filename,
    sizeBytes,
  }),
};
