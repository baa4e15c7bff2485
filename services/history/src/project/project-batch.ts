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
import type { RowChange } from './row-change.ts';
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
    return await projectWith(deps, seen, batch, applyTogether);
  } catch (error) {
    if (!isValueRefused(error)) throw error;
    // One of them has a value that PostgreSQL does not take; all but that one go in, each behind a savepoint.
    return projectWith(deps, seen, batch, applyBehindSavepoints);
  }
}

type BatchEvents = Batch['events'];
type Applied = { readonly told: readonly Told[]; readonly touched: readonly string[] };
type Apply = (tx: HistoryTransaction, events: BatchEvents) => Promise<Applied>;

async function projectWith(
  { db, stream, tally }: HistoryDependencies,
  seen: Position,
  batch: Batch,
  applyAll: Apply,
): Promise<boolean> {
  const told = await db.transaction().execute(async (tx) => {
    const locked = await lockPosition(tx, stream);
    if (locked.position !== seen.position || locked.epoch !== seen.epoch) return undefined;
    const applied = await applyAll(tx, batch.events);
    await refreshBackups(tx, [...new Set(applied.touched)]);
    const last = batch.events.at(-1);
    const eventId = last?.sequence === batch.end ? last.event?.id : undefined;
    await movePosition(tx, stream, { position: batch.end, eventId });
    return applied.told;
  });
  if (!told) return false;
  tally(told);
  return true;
}

async function applyTogether(tx: HistoryTransaction, events: BatchEvents): Promise<Applied> {
  const decided = events.map(decideOne);
  const touched = await apply(
    tx,
    decided.flatMap(({ changes }) => changes),
  );
  return { told: decided.map((each) => each.told), touched };
}

type Decided = { readonly told: Told; readonly changes: readonly RowChange[] };

function decideOne({ sequence, event }: BatchEvents[number]): Decided {
  const read = readEvent(event);
  if ('skip' in read) {
    return { told: { fate: read.skip, type: read.type, sequence, why: read.why }, changes: [] };
  }
  const { type } = read.known;
  return { told: { fate: 'projected', type, sequence }, changes: decide(read.known, sequence) };
}

async function applyBehindSavepoints(tx: HistoryTransaction, events: BatchEvents): Promise<Applied> {
  const applied: Applied[] = [];
  for (const each of events) applied.push(await applyBehindSavepoint(tx, each));
  return {
    told: applied.flatMap(({ told }) => told),
    touched: applied.flatMap(({ touched }) => touched),
  };
}

async function applyBehindSavepoint(tx: HistoryTransaction, stored: BatchEvents[number]): Promise<Applied> {
  try {
    return await behindSavepoint(tx, () => applyTogether(tx, [stored]));
  } catch (error) {
    if (!isValueRefused(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const { sequence, event } = stored;
    return { told: [{ fate: 'refused', type: event?.type ?? '', sequence, why }], touched: [] };
  }
}
