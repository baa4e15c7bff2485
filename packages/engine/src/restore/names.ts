import type { RunId } from '@holdfast/contracts';

/** PostgreSQL cuts identifiers at 63 bytes. */
const MAX_BYTES = 63;

const fitted = (live: string, ending: string): string => {
  let stem = live;
  while (Buffer.byteLength(stem + ending) > MAX_BYTES) stem = stem.slice(0, -1);
  return stem + ending;
};

/** Where a restore builds the new content; every attempt its own, so that none finds another's half. */
export const incomingName = (live: string, run: RunId, attempt: number): string =>
  fitted(live, `_incoming_${run.slice(-8)}_${attempt}`);

/** All that attempts of `run` may have left, as a LIKE pattern. */
export const incomingPattern = (live: string, run: RunId): string =>
  `${likeLiteral(incomingName(live, run, 0).slice(0, -1))}%`;

/** Where a swap keeps the previous content. It exists exactly when the swap of `run` happened. */
export const previousName = (live: string, run: RunId): string => fitted(live, `_before_${run.slice(-8)}`);

/** Where an undo puts what had been restored. */
export const undoneName = (live: string, run: RunId): string => fitted(live, `_undone_${run.slice(-8)}`);

const likeLiteral = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`);
