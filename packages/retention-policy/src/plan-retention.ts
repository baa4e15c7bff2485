import type { RetentionPlan } from '@holdfast/contracts';
import { durationInWords } from './in-words.ts';
import type { BackupFacts, RetentionQuestion } from './facts.ts';
import { lineage, type Known } from './lineage.ts';
import { assertZone } from './periods.ts';
import { fillLimits } from './plan-limits.ts';
import { hasKeepRules, planKeepRules } from './plan-keep-rules.ts';
import { planProtections, protections, type Reason, type Reasons } from './plan-protections.ts';

/**
 * Every backup kept, with all reasons, or removed. Protections beat the limits, and what a kept one builds on is kept too.
 * Deterministic; applied to what it keeps, it removes nothing. Throws policy_invalid for an unknown zone.
 */
export function planRetention(question: RetentionQuestion): RetentionPlan {
  assertZone(question.policy.timezone);
  const backups = lineage(question.backups);
  const protectedOnes = planProtections(backups, question);
  const wanted = planWanted(backups, question);
  const filled = fillLimits(backups, new Set(protectedOnes.keys()), wanted.reasons, question.policy);
  const kept = new Map<Known, Reason[]>();
  for (const reasons of [protectedOnes, filled.kept])
    for (const [known, list] of reasons) kept.set(known, [...(kept.get(known) ?? []), ...list]);
  addParents(kept);
  const because = (known: Known): string => filled.because.get(known) ?? wanted.because(known);
  const removed = backups.filter((known) => !kept.has(known)).toReversed();
  const { database, destination, policy, now } = question;
  return {
    database,
    ...(destination === undefined ? {} : { destination }),
    at: now.toISOString(),
    policy,
    keep: backups.flatMap((known) => {
      const reasons = kept.get(known);
      return reasons ? [{ ...plannedOf(known.facts), reasons }] : [];
    }),
    remove: removed.map((known) => ({ ...plannedOf(known.facts), because: because(known) })),
    freesBytes: removed.reduce((sum, { facts }) => sum + facts.sizeBytes, 0),
    unmet: [...unmetAges(kept, question), ...filled.unmet],
  };
}

type Wanted = { readonly reasons: Reasons; readonly because: (known: Known) => string };

/** By the keep rules or, without any, by the limits of age; a request's own age goes beside both. */
function planWanted(backups: readonly Known[], question: RetentionQuestion): Wanted {
  const { policy, now } = question;
  const hasRules = hasKeepRules(policy);
  const reasons: Reasons = hasRules
    ? planKeepRules(backups, policy, now)
    : new Map(backups.map((known) => [known, [{ rule: 'within-limits', detail: 'within the limits' }]]));
  const limitMs = ageLimitMs(question);
  const isTooOld = (known: Known): boolean => limitMs !== undefined && ageMs(known, now) > limitMs;
  return {
    reasons: new Map([...reasons].filter(([known]) => !isTooOld(known))),
    because: (known) =>
      isTooOld(known) && (!hasRules || reasons.has(known))
        ? `older than ${durationInWords(limitMs ?? 0)}`
        : !known.isGood && hasRules
          ? 'not good, and no rule keeps it'
          : 'no rule keeps it',
  };
}

function ageLimitMs({ policy, maxAgeMs }: RetentionQuestion): number | undefined {
  const limits = [hasKeepRules(policy) ? undefined : policy.maxAgeMs, maxAgeMs];
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

/** A time that lies ahead is no age. */
const ageMs = (known: Known, now: Date): number => now.getTime() - known.createdAtMs;

function addParents(kept: Map<Known, Reason[]>): void {
  const children = new Set(kept.keys());
  for (const child of children) {
    for (const parent of child.chain.slice(1)) {
      const reasons = kept.get(parent) ?? [];
      if (reasons.some(({ rule }) => rule === 'parent')) continue;
      kept.set(parent, [...reasons, { rule: 'parent', detail: `${child.facts.name} builds on it` }]);
    }
  }
}

/** Parents are left out: they are as old as what needs them. */
function unmetAges(
  kept: ReadonlyMap<Known, readonly Reason[]>,
  question: RetentionQuestion,
): readonly string[] {
  const limitMs = ageLimitMs(question);
  if (limitMs === undefined) return [];
  const older = [...kept].filter(
    ([known, reasons]) =>
      ageMs(known, question.now) > limitMs &&
      reasons.some(({ rule }) => protections.has(rule) && rule !== 'parent'),
  );
  return older.length === 0
    ? []
    : [`${older.length} backups are older than ${durationInWords(limitMs)} and protected`];
}

const plannedOf = ({ name, filename, createdAt, sizeBytes }: BackupFacts) => ({
  name,
  filename,
  createdAt,
  sizeBytes,
});
