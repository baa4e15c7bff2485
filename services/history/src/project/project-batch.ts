import {
  behindSavepoint,
  isValueRefused,
  lockPosition,
  movePosition,
  refreshBackups,
  type HistoryTransaction,
  type Position,
} from '@holdfast/database';
import type { HistoryDependencies } from '../dependencies.ts';
import { apply } from './apply.ts';
import { decide } from './decide.ts';
import type { Batch } from './read-batch.ts';
import { readEvent } from './read-event.ts';
import type { Told } from './tally.ts';

/**
 * One transaction: the rows of a batch and the position behind it. Answers false, with nothing changed, when another has moved
 * the position since it was `seen`.
 */
export async function projectBatch(
  deps: HistoryDependencies,
  seen: Position,
  batch: Batch,
): Promise<boolean> {
  try {
    return await projectWith(deps, seen, batch, applyEvent);
  } catch (error) {
    if (!isValueRefused(error)) throw error;
    // One of them has a value that PostgreSQL does not take; all but that one go in, each behind a savepoint.
    return projectWith(deps, seen, batch, applyBehindSavepoint);
  }
}

type Applied = { readonly told: Told; readonly touched: readonly string[] };
type Apply = (tx: HistoryTransaction, event: Batch['events'][number]) => Promise<Applied>;

async function projectWith(
  { db, stream, tally }: HistoryDependencies,
  seen: Position,
  batch: Batch,
  applyOne: Apply,
): Promise<boolean> {
  const told = await db.transaction().execute(async (tx) => {
    const locked = await lockPosition(tx, stream);
    if (locked.position !== seen.position || locked.epoch !== seen.epoch) return undefined;
    const applied: Applied[] = [];
    for (const event of batch.events) applied.push(await applyOne(tx, event));
    await refreshBackups(tx, [...new Set(applied.flatMap(({ touched }) => touched))]);
    const last = batch.events.at(-1);
    const eventId = last?.sequence === batch.end ? last.event?.id : undefined;
    await movePosition(tx, stream, { position: batch.end, eventId });
    return applied.map((each) => each.told);
  });
  if (!told) return false;
  tally(told);
  return true;
}

async function applyEvent(
  tx: HistoryTransaction,
  { sequence, event }: Batch['events'][number],
): Promise<Applied> {
  const read = readEvent(event);
  if ('skip' in read) {
    return { told: { fate: read.skip, type: read.type, sequence, why: read.why }, touched: [] };
  }
  const { type } = read.known;
  const touched = await apply(tx, decide(read.known, sequence));
  return { told: { fate: 'projected', type, sequence }, touched };
}

async function applyBehindSavepoint(
  tx: HistoryTransaction,
  stored: Batch['events'][number],
): Promise<Applied> {
  try {
    return await behindSavepoint(tx, () => applyEvent(tx, stored));
  } catch (error) {
    if (!isValueRefused(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const { sequence, event } = stored;
    return { told: { fate: 'refused', type: event?.type ?? '', sequence, why }, touched: [] };
  }
}
