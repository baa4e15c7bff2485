import type { GatewayDependencies } from '../dependencies.ts';
import { lastSequence } from '../events/last-sequence.ts';
import { gatherStatus, type Gathered } from './gather-status.ts';

export type ReadStatus = () => Promise<Gathered>;

/**
 * One look for all who ask within `statusFreshMs` while nothing new is on the stream, so that many who watch cost no more
 * than a few.
 */
export function openStatus(deps: GatewayDependencies): ReadStatus {
  let last: { readonly sequence: number; readonly at: number; readonly look: Promise<Gathered> } | undefined;
  return async () => {
    const sequence = await lastSequence(deps);
    if (sequence === undefined) return gatherStatus(deps);
    const at = performance.now();
    if (!last || last.sequence !== sequence || at - last.at >= deps.statusFreshMs)
      last = { sequence, at, look: gatherStatus(deps) };
    return last.look;
  };
}
