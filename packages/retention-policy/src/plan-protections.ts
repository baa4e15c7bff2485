import type { KeepRule } from '@holdfast/contracts';
import { durationInWords } from './in-words.ts';
import type { RetentionQuestion } from './facts.ts';
import { newest, type Known } from './lineage.ts';
import { isPinned } from './is-pinned.ts';

export type Reason = { readonly rule: KeepRule; readonly detail: string };
export type Reasons = ReadonlyMap<Known, readonly Reason[]>;

/** Rules that beat every limit. */
export const protections: ReadonlySet<KeepRule> = new Set<KeepRule>([
  'newest-good',
  'newest-proven',
  'newest-full',
  'parent',
  'pinned',
  'in-use',
  'safety-grace',
  'minimum-redundancy',
]);

const SAFETY_KEEP_MS = 7 * 86_400_000;

/** What no policy may remove, without the parents of what is kept. `backups`: newest first. */
export function planProtections(backups: readonly Known[], question: RetentionQuestion): Reasons {
  const reasons = new Map<Known, Reason[]>();
  const add = (known: Known | undefined, rule: KeepRule, detail: string): void => {
    if (known) reasons.set(known, [...(reasons.get(known) ?? []), { rule, detail }]);
  };
  const good = newest(backups, ({ isGood }) => isGood);
  if (good) add(good, 'newest-good', 'the newest good backup');
  else
    add(
      newest(backups) ?? backups[0],
      'newest-good',
      'no backup is known to be good, and this is the newest',
    );
  add(
    newest(backups, ({ isGood, facts }) => isGood && facts.isProven === true),
    'newest-proven',
    'the newest backup that a drill restored',
  );
  add(
    newest(backups, ({ isGood, facts }) => isGood && facts.type === 'full'),
    'newest-full',
    'the newest full backup',
  );
  const { minimumRedundancy } = question.policy;
  const whole = backups.filter(({ isGood, facts }) => isGood && facts.part === undefined);
  if (minimumRedundancy > 1) {
    for (const known of whole.slice(0, minimumRedundancy))
      add(known, 'minimum-redundancy', `one of the ${minimumRedundancy} newest good backups`);
  }
  for (const known of backups) {
    const { pin, inUse } = known.facts;
    if (pin && isPinned(pin, question.now)) add(known, 'pinned', pinDetail(pin));
    if (inUse !== undefined) add(known, 'in-use', inUse);
    const untilMs = known.createdAtMs + (question.safetyKeepMs ?? SAFETY_KEEP_MS);
    if (known.facts.trigger === 'safety' && untilMs > question.now.getTime())
      add(
        known,
        'safety-grace',
        `a safety backup, protected for ${durationInWords(untilMs - question.now.getTime())} more`,
      );
  }
  return reasons;
}

function pinDetail({
  reason,
  until,
}: {
  readonly reason: string;
  readonly until?: string | undefined;
}): string {
  return `pinned${until === undefined ? '' : ` until ${until}`}${reason === '' ? '' : `: ${reason}`}`;
}
