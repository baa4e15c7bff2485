import type { Progress } from '@holdfast/contracts';
import { plainText } from './plain-text.ts';
import { formatBytes, formatBytesOf, formatSpan } from './quantities.ts';
import type { Style } from './style.ts';
import { cutEnd, displayWidth, padEnd } from './width.ts';

export type Phase = Progress['phase'];

/** What a progress line is drawn from; a Progress is one. */
export type Step = Pick<Progress, 'rawBytes' | 'storedBytes' | 'bytesPerSecond'> & {
  readonly phase: Phase;
  readonly estimatedBytes?: number | undefined;
  readonly detail?: string | undefined;
};

const PHASES: Readonly<Record<Phase, string>> = {
  preparing: 'preparing',
  'waiting-for-lock': 'waiting for a lock',
  dumping: 'dumping',
  validating: 'validating',
  'safety-backup': 'safety backup',
  restoring: 'restoring',
  comparing: 'comparing',
  swapping: 'swapping',
  committing: 'committing',
  copying: 'copying',
};
export const phaseLabel = (phase: Phase): string => PHASES[phase];

/** Phases whose bytes are their work; the others only carry the totals along. */
const MOVING: ReadonlySet<Phase> = new Set([
  'dumping',
  'validating',
  'safety-backup',
  'restoring',
  'copying',
]);
export const movesBytes = (phase: Phase): boolean => MOVING.has(phase);

const LABEL_WIDTH = Math.max(...Object.values(PHASES).map((label) => label.length));
const BAR = { least: 8, most: 32 } as const;

/**
 * One line of at most `width` cells: phase, bar, share, bytes, rate, time left. What does not fit leaves from the
 * end. Without an estimate there is neither bar nor time left.
 */
export function renderProgress(step: Step, { style, width }: { style: Style; width: number }): string {
  const label = padEnd(phaseLabel(step.phase), LABEL_WIDTH);
  const estimate = movesBytes(step.phase) ? (step.estimatedBytes ?? 0) : 0;
  const bytes =
    estimate > step.rawBytes ? formatBytesOf(step.rawBytes, estimate) : formatBytes(step.rawBytes);
  const figures = [
    ...(movesBytes(step.phase) && step.rawBytes > 0 ? [bytes] : []),
    ...(step.bytesPerSecond > 0 ? [`${formatBytes(step.bytesPerSecond)}/s`] : []),
    ...timeLeft(step),
    ...(step.detail === undefined ? [] : [plainText(step.detail)]),
  ];
  if (estimate <= 0) return cutEnd([label, ...figures].join('  ').trimEnd(), width);
  const share = Math.min(0.99, step.rawBytes / estimate);
  const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
  const fixed = [label, percent].join('  ').length + 2;
  const told: string[] = [];
  for (const figure of figures) {
    if (fixed + BAR.least + displayWidth(`  ${[...told, figure].join('  ')}`) > width) break;
    told.push(figure);
  }
  const room = width - fixed - told.reduce((sum, figure) => sum + displayWidth(figure) + 2, 0);
  if (room < BAR.least) return cutEnd([label, percent].join('  '), width);
  return [label, renderBar(share, Math.min(BAR.most, room), style), percent, ...told].join('  ');
}

function renderBar(share: number, width: number, style: Style): string {
  const filled = Math.round(share * width);
  return style.accent('━'.repeat(filled)) + style.dim('─'.repeat(width - filled));
}

/** Rounded to whole seconds: what is left is a guess. */
function timeLeft({ rawBytes, estimatedBytes = 0, bytesPerSecond }: Step): readonly string[] {
  if (bytesPerSecond <= 0 || estimatedBytes <= rawBytes) return [];
  const seconds = Math.ceil((estimatedBytes - rawBytes) / bytesPerSecond);
  return [`${seconds < 10 ? `${seconds} s` : formatSpan(seconds * 1_000)} left`];
}
