import type { BackupFacts } from './facts.ts';

/** A backup, its time, and what it needs. */
export type Known = {
  readonly facts: BackupFacts;
  readonly createdAtMs: number;
  /** It and all of its ancestors that are there. */
  readonly chain: readonly Known[];
  /** It is not known to be broken, and neither is anything that it builds on. */
  readonly isGood: boolean;
};

/** Newest first. Of equal times the greater name counts as the newer, so that the order never depends on the input's. */
export function lineage(backups: readonly BackupFacts[]): readonly Known[] {
  const byName = new Map(backups.map((facts) => [facts.name, facts]));
  const known = new Map<string, Known>();
  const know = (facts: BackupFacts): Known => {
    const before = known.get(facts.name);
    if (before) return before;
    const parents = facts.ancestors.map((name) => byName.get(name));
    const isGood = [facts, ...parents].every((each) => each !== undefined && each.isBroken !== true);
    const chain: Known[] = [];
    const made: Known = { facts, createdAtMs: Date.parse(facts.createdAt), chain, isGood };
    known.set(facts.name, made);
    chain.push(made, ...parents.flatMap((parent) => (parent ? [know(parent)] : [])));
    return made;
  };
  return [...byName.values()].map(know).sort(newestFirst);
}

const newestFirst = (a: Known, b: Known): number =>
  b.createdAtMs - a.createdAtMs || (a.facts.name < b.facts.name ? 1 : -1);

/** The newest of those that hold the whole database. */
export const newest = (
  backups: readonly Known[],
  wanted: (known: Known) => boolean = () => true,
): Known | undefined => backups.find((known) => known.facts.part === undefined && wanted(known));
