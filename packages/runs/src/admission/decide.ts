import type { RunRecord, Turn } from '@holdfast/contracts';

export type TurnVerdict =
  /** The gate is nobody's or ours: try it. */
  | 'try'
  /** Somebody who came later, or needs it no more, has the turn: try it, and take the turn over if it is closed. */
  | 'displace'
  | 'wait';

/**
 * Whether a run may try a gate. The one who asked first is next, whoever happens to look when something becomes free:
 * so nothing starves, and what came later passes only where nobody waits.
 */
export function decideTurn(
  run: Pick<RunRecord, 'id' | 'requestedAt'>,
  turn: Turn | undefined,
  holder: Pick<RunRecord, 'state' | 'cancel'> | undefined,
): TurnVerdict {
  if (turn === undefined || turn.holder === run.id) return 'try';
  const stillWaits = holder?.state === 'requested' && holder.cancel === undefined;
  if (!stillWaits) return 'displace';
  if (run.requestedAt !== turn.requestedAt) return run.requestedAt < turn.requestedAt ? 'displace' : 'wait';
  return run.id < turn.holder ? 'displace' : 'wait';
}
