import type { RetentionPolicy } from '@holdfast/contracts';
import { bytesInWords } from './in-words.ts';
import type { Known } from './lineage.ts';
import { hasKeepRules } from './plan-keep-rules.ts';
import type { Reason, Reasons } from './plan-protections.ts';

export type Filled = {
  readonly kept: Reasons;
  /** Why one that a rule wanted does not stay after all. */
  readonly because: ReadonlyMap<Known, string>;
  readonly unmet: readonly string[];
};

/**
 * Of the wanted ones, the newest first, as many as the limits of count and size have room for beside what is protected,
 * each with what it builds on. The first that finds no room ends it: an older one that is small does not slip in.
 */
export function fillLimits(
  backups: readonly Known[],
  protectedOnes: ReadonlySet<Known>,
  wanted: Reasons,
  policy: RetentionPolicy,
): Filled {
  const maxCount = hasKeepRules(policy) ? Infinity : (policy.maxCount ?? Infinity);
  const maxBytes = policy.maxTotalBytes ?? Infinity;
  const staying = new Set([...protectedOnes].flatMap(({ chain }) => chain));
  let bytes = bytesOf(staying);
  const unmet: string[] = [];
  if (staying.size > maxCount) unmet.push(`${staying.size} backups are protected, more than ${maxCount}`);
  if (bytes > maxBytes)
    unmet.push(`protected backups take ${bytesInWords(bytes)}, more than ${bytesInWords(maxBytes)}`);
  const kept = new Map<Known, readonly Reason[]>();
  const because = new Map<Known, string>();
  let full: string | undefined;
  for (const known of backups) {
    const reasons = wanted.get(known);
    if (!reasons) continue;
    const more = known.chain.filter((each) => !staying.has(each));
    full ??= whatIsFull(known, more);
    if (full !== undefined) {
      because.set(known, full);
      continue;
    }
    for (const each of more) staying.add(each);
    bytes += bytesOf(more);
    kept.set(known, reasons);
  }
  return { kept, because, unmet };

  function whatIsFull(known: Known, more: readonly Known[]): string | undefined {
    if (more.length > 0 && staying.size + more.length > maxCount)
      return `beyond the ${maxCount} that may stay`;
    // What is protected costs nothing more, unless not even it alone would have room.
    const needed = more.length > 0 ? bytes + bytesOf(more) : bytesOf(known.chain);
    return needed > maxBytes ? `beyond the ${bytesInWords(maxBytes)} that may be used` : undefined;
  }
}

const bytesOf = (backups: Iterable<Known>): number => {
  let sum = 0;
  for (const { facts } of backups) sum += facts.sizeBytes;
  return sum;
};
