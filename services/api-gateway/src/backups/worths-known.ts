import { failureOf } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import { mergeWorths, worthsOf, type Worth } from './worth.ts';

export type Worths = { readonly of: ReadonlyMap<string, Worth>; readonly fromHistory: boolean };

/** What backups are worth, from history, or from the bus while history is away or has not seen the newest events. */
export async function readWorths(deps: Pick<GatewayDependencies, 'history' | 'recentRuns'>): Promise<Worths> {
  const known = await deps.history.worths();
  if (known?.isCurrent) return { of: known.of, fromHistory: true };
  const older = known?.of ?? new Map<string, Worth>();
  const recent = await recentWorths(deps);
  return { of: recent ? mergeWorths(older, recent) : older, fromHistory: known !== undefined };
}

/** undefined while the bus is away: storage is the truth of what exists, then only its worth is unknown. */
export async function recentWorths(
  deps: Pick<GatewayDependencies, 'recentRuns'>,
): Promise<ReadonlyMap<string, Worth> | undefined> {
  try {
    return worthsOf(await deps.recentRuns());
  } catch (error) {
    if (failureOf(error).code !== 'bus_unavailable') throw error;
    return undefined;
  }
}
