import type { HappeningChange, RunChange } from '@holdfast/database';
import type { HappeningType } from './happening-types.ts';
import type { KnownEvent } from './read-event.ts';
import type { RowChange } from './row-change.ts';
import { summarize } from './summarize.ts';
import { asks, begins, cancels, completes, fails, runOf, triesAgain, wishesToCancel } from './run-changes.ts';

const runs = (change: RunChange): RowChange => ({ table: 'runs', change });

/** What an event changes in the read model. Pure. */
export function decide(event: KnownEvent, sequence: number): readonly RowChange[] {
  const { envelope } = event;
  const { database, time, subject: run } = envelope;
  switch (event.type) {
    case 'backup.requested': {
      const { trigger, description, by } = event.data;
      return [runs(asks(runOf('backup', envelope, sequence), { trigger, description, requestedBy: by }))];
    }
    case 'backup.started':
      return [runs(begins(runOf('backup', envelope, sequence), event.data))];
    case 'backup.attempt_failed':
      return [runs(triesAgain(runOf('backup', envelope, sequence), event.data))];
    case 'backup.cancel_requested':
      return [runs(wishesToCancel(runOf('backup', envelope, sequence), event.data))];
    case 'backup.completed': {
      const { backup } = event.data;
      const { attempt, trigger, filename, sizeBytes, rawBytes, durationMs, description } = backup;
      const made = { attempt, trigger, filename, sizeBytes, rawBytes, durationMs, description };
      return [
        runs(completes(runOf('backup', envelope, sequence), envelope, made)),
        { table: 'backups', change: { backup, sequence } },
      ];
    }
    case 'backup.failed':
      return [runs(fails(runOf('backup', envelope, sequence), envelope, event.data))];
    case 'backup.cancelled':
      return [runs(cancels(runOf('backup', envelope, sequence), envelope, event.data))];

    case 'backup.upload_received':
      return []; // no run, and no backup of ours: the repository lists it

    case 'backup.delete_requested': {
      const { filename, by } = event.data;
      return [runs(asks(runOf('removal', envelope, sequence), { filename, requestedBy: by }))];
    }
    case 'backup.deleted': {
      const { filename, name, freedBytes, by } = event.data;
      const removed = {
        filename,
        removedBackup: name,
        sizeBytes: freedBytes,
        description: `deleted by ${by}`,
      };
      return [runs(completes(runOf('removal', envelope, sequence), envelope, removed))];
    }
    case 'backup.delete_failed':
      return [runs(fails(runOf('removal', envelope, sequence), envelope, event.data))];

    case 'backup.copy_requested': {
      const { filename, destination, by } = event.data;
      const asked = { filename, requestedBy: by, description: `copy to ${destination}` };
      return [runs(asks(runOf('copy', envelope, sequence), asked))];
    }
    case 'backup.copied': {
      const { filename, destination, sizeBytes, durationMs } = event.data;
      const made = { filename, sizeBytes, durationMs, description: `copied to ${destination}` };
      return [runs(completes(runOf('copy', envelope, sequence), envelope, made))];
    }
    case 'backup.copy_failed':
      return [runs(fails(runOf('copy', envelope, sequence), envelope, event.data))];
    case 'backup.copy_cancelled':
      return [runs(cancels(runOf('copy', envelope, sequence), envelope, event.data))];

    case 'restore.requested': {
      const { filename, mode, by } = event.data;
      return [
        runs(asks(runOf('restore', envelope, sequence), { filename, requestedBy: by })),
        { table: 'restores', change: { run, sequence, database, filename, mode } },
      ];
    }
    case 'restore.cancel_requested':
      return [runs(wishesToCancel(runOf('restore', envelope, sequence), event.data))];
    case 'restore.started':
      return [runs(begins(runOf('restore', envelope, sequence), event.data))];
    case 'restore.attempt_failed':
      return [runs(triesAgain(runOf('restore', envelope, sequence), event.data))];
    case 'restore.completed': {
      const { filename, mode, databaseName, durationMs, ...rest } = event.data;
      const { previousDatabaseName, keptUntil, safetyBackup, tablesCount, rowsCount } = rest;
      const description = `restored into ${databaseName}, mode ${mode}`;
      const known = { previousDatabaseName, keptUntil, safetyBackup, tablesCount, rowsCount };
      return [
        runs(
          completes(runOf('restore', envelope, sequence), envelope, { filename, durationMs, description }),
        ),
        {
          table: 'restores',
          change: { run, sequence, database, filename, mode, databaseName, ...known, completedAt: time },
        },
      ];
    }
    case 'restore.failed':
      return [runs(fails(runOf('restore', envelope, sequence), envelope, event.data))];
    case 'restore.cancelled':
      return [runs(cancels(runOf('restore', envelope, sequence), envelope, event.data))];
    case 'restore.rolled_back': {
      const { databaseName, detail } = event.data;
      const rolledBack = { at: time, detail };
      return [{ table: 'restores', change: { run, sequence, database, databaseName, rolledBack } }];
    }

    case 'restore.undo_requested':
      return [runs(asks(runOf('undo', envelope, sequence), { requestedBy: event.data.by }))];
    case 'restore.undone': {
      const { restore, detail } = event.data;
      return [
        runs(completes(runOf('undo', envelope, sequence), envelope, { description: detail })),
        { table: 'restores', change: { run: restore, sequence, undone: { at: time, by: run } } },
      ];
    }

    case 'validation.requested': {
      const { filename, by } = event.data;
      return [runs(asks(runOf('validation', envelope, sequence), { filename, requestedBy: by }))];
    }
    case 'validation.started':
      return [runs(begins(runOf('validation', envelope, sequence), event.data))];
    case 'validation.attempt_failed':
      return [runs(triesAgain(runOf('validation', envelope, sequence), event.data))];
    case 'validation.completed': {
      const result = event.data;
      const { filename, durationMs, verdict, level } = result;
      const succeeded = verdict !== 'invalid';
      const found = { filename, durationMs, succeeded, description: `${verdict} at level ${level}` };
      return [
        runs(completes(runOf('validation', envelope, sequence), envelope, found)),
        { table: 'validations', change: { run, database, at: time, sequence, result } },
      ];
    }
    case 'validation.failed':
      return [runs(fails(runOf('validation', envelope, sequence), envelope, event.data))];
    case 'validation.cancelled':
      return [runs(cancels(runOf('validation', envelope, sequence), envelope, event.data))];

    case 'retention.cleanup.requested':
      return [runs(asks(runOf('cleanup', envelope, sequence), { requestedBy: event.data.by }))];
    case 'retention.cleanup.completed': {
      const { removed, freedBytes } = event.data;
      const description = `removed ${removed.length} by retention`;
      return [
        runs(
          completes(runOf('cleanup', envelope, sequence), envelope, { sizeBytes: freedBytes, description }),
        ),
      ];
    }
    case 'retention.cleanup.failed':
      return [runs(fails(runOf('cleanup', envelope, sequence), envelope, event.data))];

    case 'backup.rewrapped': {
      const { name, filename, sizeBytes, sha256 } = event.data;
      return [
        { table: 'happenings', change: happens(event, sequence) },
        { table: 'rewrapped', change: { name, filename, sizeBytes, sha256 } },
      ];
    }
    case 'retention.cleanup.planned':
    case 'backup.pinned':
    case 'backup.unpinned':
    case 'backup.discovered':
    case 'backup.missing':
    case 'backup.anomalous':
    case 'backup.repaired':
    case 'schedule.created':
    case 'schedule.updated':
    case 'schedule.removed':
    case 'schedule.fired':
    case 'schedule.missed':
    case 'health.changed':
    case 'health.storage.warning':
    case 'health.service.lost':
    case 'notification.sent':
    case 'notification.failed':
      return [{ table: 'happenings', change: happens(event, sequence) }];

    case 'audit.recorded': {
      const change = { eventId: envelope.id, at: time, record: event.data };
      return [{ table: 'audit', change }];
    }
    default:
      return event satisfies never;
  }
}

function happens(event: KnownEvent<HappeningType>, sequence: number): HappeningChange {
  const { id, subject, database, time } = event.envelope;
  const { type, data } = event;
  return { eventId: id, type, subject, database, at: time, ...summarize(event), data, sequence };
}
