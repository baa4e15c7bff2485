import { declaredCounter } from '@holdfast/service-frame';
import type { Logger, Metrics } from '@holdfast/service-kit';

/** What became of an event: in the rows, or why not. `refused`: PostgreSQL would not take its values. */
export type Fate = 'projected' | 'unknown_type' | 'invalid' | 'refused';

export type Told = {
  readonly fate: Fate;
  /** Its type; empty where there was none. */
  readonly type: string;
  readonly sequence: number;
  readonly why?: string;
};

/** Counts events once their transaction is committed, and logs the first of each kind that was skipped. */
export type Tally = (told: readonly Told[]) => void;

/** An unknown type comes from outside: it must neither grow the metrics nor our memory without end. */
const MOST_KINDS = 200;

export function createTally(metrics: Metrics, log: Pick<Logger, 'warn'>): Tally {
  const events = declaredCounter(metrics, 'holdfast_history_events_total');
  const logged = new Set<string>();
  return (told) => {
    for (const { fate, type, sequence, why } of told) {
      events.inc({ type: fate === 'unknown_type' || type === '' ? 'unknown' : type, outcome: fate });
      const kind = `${fate} ${type}`;
      if (fate === 'projected' || logged.has(kind) || logged.size >= MOST_KINDS) continue;
      logged.add(kind);
      log.warn({ type, sequence, fate, why }, 'an event was skipped; others of its kind are only counted');
    }
  };
}
