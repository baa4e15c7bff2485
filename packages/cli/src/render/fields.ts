import type { Cli } from '../cli.ts';
import { plainText } from './plain-text.ts';
import { displayWidth, padEnd, wrap } from './width.ts';

/** A label and what it says; an undefined one is left out. */
export type Field = readonly [label: string, value: string | undefined];

/** What a rendering for stdout needs to know. */
export type Screen = Pick<Cli, 'style' | 'terminal'>;

const NEXT = 'next';
/** Narrower than this, broken lines are harder to read than those the terminal itself breaks. */
const LEAST_WIDTH = 30;

/**
 * Two columns, the labels dim, long values broken below themselves. Values are made plain: they may come from
 * elsewhere. The next step stays on one line, so that it can be copied.
 */
export function renderFields(fields: readonly Field[], { style, terminal }: Screen): readonly string[] {
  const told = fields.filter((field): field is readonly [string, string] => field[1] !== undefined);
  const labelWidth = Math.max(0, ...told.map(([label]) => displayWidth(label)));
  const indent = labelWidth + 4;
  const room = Math.max(LEAST_WIDTH, (terminal.stdout.columns ?? Number.POSITIVE_INFINITY) - indent);
  return told.flatMap(([label, value]) => {
    const [first = '', ...rest] = label === NEXT ? [plainText(value)] : wrap(plainText(value), room);
    return [
      `  ${style.dim(padEnd(label, labelWidth))}  ${first}`,
      ...rest.map((line) => ' '.repeat(indent) + line),
    ];
  });
}

/** What was done, its particulars, and the next step. */
export function renderDone(
  headline: string,
  fields: readonly Field[],
  next: string | undefined,
  screen: Screen,
): readonly string[] {
  const { accent, bold } = screen.style;
  return [`${accent('✓')} ${bold(plainText(headline))}`, ...renderFields([...fields, [NEXT, next]], screen)];
}

export const renderWarnings = (warnings: readonly string[], { style }: Screen): readonly string[] =>
  warnings.map((warning) => `${style.warning('!')} ${plainText(warning)}`);
