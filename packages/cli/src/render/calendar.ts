import type { CalendarDay, CalendarMonth } from '@holdfast/retention-policy';
import type { Style } from './style.ts';
import { padEnd, padStart } from './width.ts';

/** The rule that keeps a day's backup longest stands for it. */
const LETTERS = [
  ['pinned', 'P'],
  ['yearly', 'Y'],
  ['monthly', 'M'],
  ['weekly', 'W'],
  ['daily', 'D'],
  ['hourly', 'H'],
  ['keep-within', 'T'],
  ['keep-last', 'L'],
  ['within-limits', '■'],
] as const;
const OTHER = '■';
const GONE = '·';

const MEANINGS: Readonly<Record<string, string>> = {
  P: 'pinned',
  Y: 'yearly',
  M: 'monthly',
  W: 'weekly',
  D: 'daily',
  H: 'hourly',
  T: 'keep-within',
  L: 'keep-last',
  [OTHER]: 'kept',
  [GONE]: 'made, and gone',
};

const letterOf = ({ kept, removed, rules }: CalendarDay): string => {
  if (kept > 0) return LETTERS.find(([rule]) => rules.includes(rule))?.[1] ?? OTHER;
  return removed > 0 ? GONE : ' ';
};

const LABEL = 'yyyy-mm'.length;

/** A line for each month, a cell for each day, and what the letters mean; 78 cells wide. */
export function renderCalendar(months: readonly CalendarMonth[], style: Style): readonly string[] {
  const heading = Array.from({ length: 31 }, (_, index) =>
    index === 0 || (index + 1) % 5 === 0 ? padEnd(String(index + 1), 2) : '  ',
  ).join('');
  const lines = months.map(({ month, days }) => {
    const cells = days.map((day) => paintOf(style, letterOf(day))).join(' ');
    const kept = days.reduce((sum, day) => sum + day.kept, 0);
    const gap = ' '.repeat(2 * (31 - days.length));
    return `${style.bold(padEnd(month, LABEL))}  ${cells}${gap}  ${kept === 0 ? '' : style.dim(padStart(String(kept), 4))}`.trimEnd();
  });
  const used = new Set(months.flatMap(({ days }) => days.map(letterOf)));
  const legend = Object.entries(MEANINGS)
    .filter(([letter]) => used.has(letter))
    .map(([letter, meaning]) => `${paintOf(style, letter)} ${meaning}`)
    .join('  ');
  return [style.dim(`${' '.repeat(LABEL)}  ${heading.trimEnd()}`), ...lines, '', legend];
}

const paintOf = (style: Style, letter: string): string =>
  letter === GONE || letter === ' ' ? style.dim(letter) : style.accent(letter);
