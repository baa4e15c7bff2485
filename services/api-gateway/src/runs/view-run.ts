import { eventSchemas, type Failure, type Run, type RunId, type RunRecord } from '@holdfast/contracts';

/** A run as the outside sees it. Pure; `validationRunId` derives the id of the validation that follows a backup. */
export function viewRun(record: RunRecord, validationRunId: (backupRun: RunId) => RunId): Run {
  const { outcome, ...run } = record;
  if (!outcome) return run;
  const failure = failureOfRun(record);
  if (failure) return { ...run, error: failure };
  switch (record.kind) {
    case 'backup': {
      const done = eventSchemas['backup.completed'].safeParse(outcome.data).data;
      if (!done) return run;
      const { backup, validate } = done;
      return {
        ...run,
        backup,
        ...(validate === undefined ? {} : { validationRun: validationRunId(record.id) }),
      };
    }
    case 'restore':
      return { ...run, restore: eventSchemas['restore.completed'].safeParse(outcome.data).data };
    case 'validation':
      return { ...run, validation: eventSchemas['validation.completed'].safeParse(outcome.data).data };
    case 'removal':
      return { ...run, removal: eventSchemas['backup.deleted'].safeParse(outcome.data).data };
    case 'copy':
      return { ...run, copy: eventSchemas['backup.copied'].safeParse(outcome.data).data };
    case 'cleanup':
      return { ...run, cleanup: eventSchemas['retention.cleanup.completed'].safeParse(outcome.data).data };
    case 'undo':
      return { ...run, undo: eventSchemas['restore.undone'].safeParse(outcome.data).data };
    default:
      return record.kind satisfies never;
  }
}

/** Why a run did not do what was asked; undefined while it may, and when it did. Pure. */
export function failureOfRun(record: RunRecord): Failure | undefined {
  if (record.state === 'cancelled') {
    const by = record.cancel?.by;
    const reason = record.cancel?.reason === undefined ? '' : `: ${record.cancel.reason}`;
    return {
      code: 'cancelled',
      message: `The run was cancelled${by === undefined ? '' : ` by ${by}`}${reason}.`,
    };
  }
  if (record.state !== 'failed') return undefined;
  const told = eventSchemas['backup.failed'].safeParse(record.outcome?.data).data?.error;
  return (
    told ?? {
      code: 'internal',
      message: `Run ${record.id} failed and does not say why; look at the log of ${record.worker ?? 'its worker'}.`,
    }
  );
}
