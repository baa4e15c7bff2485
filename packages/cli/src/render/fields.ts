import { plainText } from './plain-text.ts';
import type { Style } from './style.ts';
import { padEnd, displayWidth } from './width.ts';

/** A label and what it says; an undefined one is left out. */
export type Field = readonly [label: string, value: string | undefined];

/** Two columns, the labels dim. Values are made plain: they may come from elsewhere. */
export function renderFields(fields: readonly Field[], style: Style): readonly string[] {
  const told = fields.filter((field): field is readonly [string, string] => field[1] !== undefined);
  const width = Math.max(0, ...told.map(([label]) => displayWidth(label)));
  return told.map(([label, value]) => `  ${style.dim(padEnd(label, width))}  ${plainText(value)}`);
}

/** What was done, its particulars, and the next step. */
export function renderDone(
  headline: string,
  fields: readonly Field[],
  next: string | undefined,
  style: Style,
): readonly string[] {
  const all: readonly Field[] = [...fields, ['next', next]];
  return [`${style.accent('✓')} ${style.bold(plainText(headline))}`, ...renderFields(all, style)];
}

export const renderWarnings = (warnings: readonly string[], style: Style): readonly string[] =>
  warnings.map((warning) => `${style.warning('!')} ${plainText(warning)}`);
