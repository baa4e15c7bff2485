import type { RetentionPlan, RetentionPolicy } from '@holdfast/contracts';
import type { BackupFacts } from './facts.ts';
import { planRetention } from './plan-retention.ts';

const DAY_MS = 86_400_000;

export type SimulatedDay = {
  /** The moment of the clean-up, at the end of the day that is played. */
  readonly at: string;
  readonly made: number;
  readonly kept: number;
  readonly keptBytes: number;
  readonly removed: readonly { readonly name: string; readonly because: string }[];
};

export type Simulation = {
  readonly days: readonly SimulatedDay[];
  /** The last day's plan: what is left, and why. */
  readonly last: RetentionPlan;
  /** What is left, as it was made. */
  readonly left: readonly BackupFacts[];
};

export type SimulationInput = {
  readonly policy: RetentionPolicy;
  /** Real or made up; each takes part from its own time on. */
  readonly history: readonly BackupFacts[];
  readonly from: Date;
  readonly days: number;
  readonly database?: string;
};

/** Plays a policy over a history, one clean-up a day, as if nobody ever asked for anything else. */
export function simulate({
  policy,
  history,
  from,
  days,
  database = 'simulated',
}: SimulationInput): Simulation {
  let left: readonly BackupFacts[] = [];
  let seenUntilMs = -Infinity;
  const played: SimulatedDay[] = [];
  const plan = (now: Date): RetentionPlan => planRetention({ database, backups: left, policy, now });
  let last = plan(from);
  for (let day = 1; day <= days; day += 1) {
    const now = new Date(from.getTime() + day * DAY_MS);
    const made = history.filter(({ createdAt }) => {
      const ms = Date.parse(createdAt);
      return ms > seenUntilMs && ms <= now.getTime();
    });
    seenUntilMs = now.getTime();
    left = [...left, ...made];
    last = plan(now);
    const goes = new Set(last.remove.map(({ name }) => name));
    left = left.filter(({ name }) => !goes.has(name));
    played.push({
      at: now.toISOString(),
      made: made.length,
      kept: left.length,
      keptBytes: left.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      removed: last.remove.map(({ name, because }) => ({ name, because })),
    });
  }
  return { days: played, last, left };
}

export type Cadence = {
  readonly from: Date;
  readonly days: number;
  /** From one backup to the next [24 h]. */
  readonly everyMs?: number;
  /** Each so-manieth is a full, the others are incrementals on the one before [1: all fulls]. */
  readonly fullEvery?: number;
  readonly fullBytes?: number;
  readonly incrementalBytes?: number;
};

/** A history as a schedule would make it. */
export function madeUpHistory(cadence: Cadence): readonly BackupFacts[] {
  const { from, days, everyMs = DAY_MS, fullEvery = 1 } = cadence;
  const { fullBytes = 1e9, incrementalBytes = 5e7 } = cadence;
  const made: BackupFacts[] = [];
  let chain: readonly string[] = [];
  for (let number = 0; number * everyMs < days * DAY_MS; number += 1) {
    const isFull = number % fullEvery === 0;
    const type = isFull ? 'full' : 'incremental';
    const at = new Date(from.getTime() + (number + 1) * everyMs);
    const name = `simulated_${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}_${type}`;
    const ancestors = isFull ? [] : chain;
    made.push({
      name,
      filename: isFull ? `${name}.dump.zst` : `${name}.hfd`,
      type,
      createdAt: at.toISOString(),
      sizeBytes: isFull ? fullBytes : incrementalBytes,
      trigger: 'automatic',
      ancestors,
    });
    chain = [name, ...ancestors];
  }
  return made;
}
