import { HoldfastError } from '@holdfast/contracts';
import { readPosition, type Position } from '@holdfast/database';
import type { HistoryDependencies } from '../dependencies.ts';
import { importManifests } from '../rebuild/import-manifests.ts';
import { projectBatch } from './project-batch.ts';
import { readBatch, type Batch, type BatchEvent } from './read-batch.ts';

/** What lockPosition makes where there is nothing. */
export const BEGINNING: Position = { position: 0, eventId: undefined, epoch: 1 };

export type CatchUpOptions = {
  readonly signal: AbortSignal;
  /** An event in our hands, which need not be read again. */
  readonly delivered?: BatchEvent;
};

/**
 * Brings every event up to `until` into the rows, from wherever the position is: behind a delivery, a restored database or a
 * rebuild. Any number of processes may do so at once. Nothing is done when the position is there already.
 */
export async function catchUp(
  deps: HistoryDependencies,
  until: number,
  { signal, delivered }: CatchUpOptions,
): Promise<void> {
  for (;;) {
    if (signal.aborted) throw stopped();
    const seen = (await readPosition(deps.db, deps.stream)) ?? BEGINNING;
    if (seen.position >= until) return;
    const from = seen.position + 1;
    const batch =
      delivered?.sequence === from
        ? { events: [delivered], end: from }
        : await readBatch(deps, from, until, signal);
    const missing = await eventsMissing(deps, from, batch);
    const moved = await projectBatch(deps, seen, batch);
    if (moved && missing) await fillFromManifests(deps, missing);
  }
}

const stopped = (): HoldfastError =>
  new HoldfastError('shutting_down', 'History is stopping; the events wait in the stream.');

type Missing = { readonly from: number; readonly to: number };

/** Events that the stream dropped before we saw them: it keeps them for a time only. */
async function eventsMissing(
  deps: HistoryDependencies,
  from: number,
  batch: Batch,
): Promise<Missing | undefined> {
  if (batch.events[0]?.sequence === from) return undefined;
  const { firstSequence } = await deps.events.eventsInfo();
  return firstSequence > from ? { from, to: firstSequence - 1 } : undefined;
}

async function fillFromManifests(deps: HistoryDependencies, { from, to }: Missing): Promise<void> {
  deps.log.warn(
    { from, to },
    'events were dropped by the stream before they were seen; reading the manifests',
  );
  try {
    const { added } = await importManifests(deps);
    deps.log.info({ added }, 'backups were added from their manifests');
  } catch (error) {
    // The events that are there are worth more than the backups that are not: projecting goes on.
    deps.log.error(
      { err: error },
      'the manifests could not be read; run "backup-admin history rebuild" later',
    );
  }
}
