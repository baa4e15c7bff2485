import {
  appendAudit,
  insertHappenings,
  insertValidation,
  rewrapBackup,
  upsertBackup,
  upsertRestore,
  upsertRun,
  type HistoryTransaction,
} from '@holdfast/database';
import type { RowChange } from './row-change.ts';

/** Brings changes into the rows. Answers the backups whose worth is to be worked out anew. */
export async function apply(
  tx: HistoryTransaction,
  changes: readonly RowChange[],
): Promise<readonly string[]> {
  const touched: string[] = [];
  for (const each of changes) touched.push(...(await applyOne(tx, each)));
  // Nothing refers to these, so all of a batch go in at once, in stream order.
  await insertHappenings(
    tx,
    changes.flatMap((each) => (each.table === 'happenings' ? [each.change] : [])),
  );
  await appendAudit(
    tx,
    changes.flatMap((each) => (each.table === 'audit' ? [each.change] : [])),
  );
  return touched;
}

async function applyOne(tx: HistoryTransaction, each: RowChange): Promise<readonly string[]> {
  switch (each.table) {
    case 'runs': {
      await upsertRun(tx, each.change);
      const removed = each.change.stage === 'over' ? each.change.removedBackup : undefined;
      return removed === undefined ? [] : [removed];
    }
    case 'restores':
      await upsertRestore(tx, each.change);
      return [];
    case 'backups':
      await upsertBackup(tx, each.change);
      return [each.change.backup.name];
    case 'rewrapped':
      await rewrapBackup(tx, each.change);
      return [];
    case 'validations':
      await insertValidation(tx, each.change);
      return [each.change.result.name];
    case 'happenings':
    case 'audit':
      return [];
    default:
      return each satisfies never;
  }
}
