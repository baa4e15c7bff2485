import { isTerminal, type RunRecord } from '@holdfast/contracts';

/**
 * Which run is to bring a copy that a place lacks: the first, that every backup has for each place; or, when that one ended
 * without it, one more a day. Undefined: none for now. A copy that somebody cancelled is not asked for again.
 */
export function decideMissing(
  first: Pick<RunRecord, 'state'> | undefined,
  today: Pick<RunRecord, 'state'> | undefined,
): 'first' | 'today' | undefined {
  if (!first) return 'first';
  if (!isTerminal(first.state) || first.state === 'cancelled') return undefined;
  return today ? undefined : 'today';
}

/** Whether a backup is to have a copy there; `destinations` of its request or manifest, absent: all. */
export const isWantedIn = (destination: string, destinations: readonly string[] | undefined): boolean =>
  destinations?.includes(destination) ?? true;
