import { formatDuration, isTerminal, type RunRecord } from '@holdfast/contracts';
import { view } from '../runs/known-run.ts';
import type { Activity, ActivityPage } from './history-reader.ts';

const OPERATIONS = {
  backup: 'backup',
  restore: 'restore',
  undo: 'restore',
  validation: 'validation',
  removal: 'cleanup',
  copy: 'copy',
  cleanup: 'cleanup',
} as const;

/** What ended, newest first, told from the runs alone: what the bus remembers while history is away. */
export function activityOf(newestFirst: readonly RunRecord[]): readonly Activity[] {
  return newestFirst.filter((record) => isTerminal(record.state)).map(oneActivity);
}

export function pageActivity(
  newestFirst: readonly RunRecord[],
  { limit, offset }: { readonly limit: number; readonly offset: number },
): ActivityPage {
  const all = activityOf(newestFirst);
  return { rows: all.slice(offset, offset + limit), total: all.length };
}

function oneActivity(record: RunRecord): Activity {
  const run = view(record);
  const { backup, restore, validation, removal, undo, copy } = run;
  const timestamp = record.endedAt ?? record.requestedAt;
  const measuredMs = backup?.durationMs ?? restore?.durationMs ?? validation?.durationMs ?? copy?.durationMs;
  const begun = record.startedAt ?? timestamp;
  const description =
    backup?.description ??
    undo?.detail ??
    (restore && `restored into ${restore.databaseName}, mode ${restore.mode}`) ??
    (validation && `${validation.verdict} at level ${validation.level}`) ??
    (removal && `deleted by ${removal.by}`) ??
    (copy && `copied to ${copy.destination}`) ??
    '';
  return {
    timestamp,
    operation: OPERATIONS[record.kind],
    filename:
      backup?.alias ??
      backup?.filename ??
      restore?.filename ??
      validation?.filename ??
      removal?.filename ??
      copy?.filename ??
      '',
    success: record.state === 'completed' && validation?.verdict !== 'invalid',
    durationMs: measuredMs ?? Math.max(0, Date.parse(timestamp) - Date.parse(begun)),
    sizeBytes: backup?.sizeBytes ?? removal?.freedBytes ?? copy?.sizeBytes ?? 0,
    description,
    ...(run.error ? { error: run.error.message } : {}),
  };
}

/** As existing clients read it. */
export const renderActivity = (activity: Activity) => ({
  timestamp: activity.timestamp,
  operation: activity.operation,
  filename: activity.filename,
  success: activity.success,
  duration: formatDuration(activity.durationMs),
  duration_ms: activity.durationMs,
  size: activity.sizeBytes,
  description: activity.description,
  ...(activity.error === undefined ? {} : { error: activity.error }),
});
