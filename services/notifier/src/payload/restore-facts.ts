import type { EventType } from '@holdfast/contracts';
import { formatCount, formatSpan } from './format.ts';
import { cancelledBy, detail, failed, progress, type Describers } from './facts.ts';

export type RestoreEvent = Extract<EventType, `restore.${string}`>;

export const restoreFacts: Describers<RestoreEvent> = {
  'restore.requested': ({ filename, mode, by }, { name }) => ({
    ...progress(`Restore of ${name} was asked for`, [...detail('Mode', mode), ...detail('By', by)]),
    filename,
  }),
  'restore.cancel_requested': ({ by }, { name }) =>
    progress(`Cancelling the restore of ${name} was asked for`, detail('By', by)),
  'restore.undo_requested': ({ by }, { name }) =>
    progress(`Undoing a restore of ${name} was asked for`, detail('By', by)),
  'restore.started': ({ filename, attempt }, { name }) => ({
    ...progress(`Restore of ${name} began`, detail('Attempt', attempt)),
    filename,
  }),
  'restore.attempt_failed': ({ attempt, error, retryInMs }, { name }) => ({
    ...progress(
      `Attempt ${attempt} at the restore of ${name} failed; it is tried again`,
      detail('Again in', formatSpan(retryInMs)),
    ),
    severity: 'warning',
    error,
  }),
  'restore.completed': (data, { name }) => ({
    title: `Restore of ${name} completed`,
    outcome: data.warnings.length > 0 ? 'warning' : 'success',
    severity: data.warnings.length > 0 ? 'warning' : 'info',
    filename: data.filename,
    durationMs: data.durationMs,
    details: [
      ...detail('Into', data.databaseName),
      ...detail('Mode', data.mode),
      ...detail(
        'Content',
        `${formatCount(data.rowsCount, 'row')} in ${formatCount(data.tablesCount, 'table')}`,
      ),
      ...detail('Safety backup', data.safetyBackup),
      ...detail('Undo until', data.keptUntil),
      ...data.warnings.flatMap((warning) => detail('Warning', warning)),
    ],
  }),
  'restore.failed': ({ attempts, error }, { name }) => failed(`Restore of ${name} failed`, error, attempts),
  'restore.cancelled': (data, { name }) => cancelledBy(`Restore of ${name} was cancelled`, data),
  'restore.rolled_back': ({ databaseName, detail: what }, { name }) => ({
    title: `Restore of ${name} was rolled back`,
    outcome: 'warning',
    severity: 'warning',
    details: [...detail('Database', databaseName), ...detail('What', what)],
    advice: 'The live database is as before; the message of the failed restore says why.',
  }),
  'restore.undone': ({ databaseName, detail: what }, { name }) => ({
    title: `A restore of ${name} was undone`,
    outcome: 'success',
    details: [...detail('Database', databaseName), ...detail('What', what)],
  }),
};
