import type { Finding } from '../doctor/finding.ts';
import type { Screen } from './fields.ts';
import { plainText } from './plain-text.ts';
import { counted } from './quantities.ts';
import { displayWidth, padEnd, wrap } from './width.ts';

const MARKS = { ok: '✓', warning: '!', critical: '✗', skipped: '·' } as const;
const INDENT = 2;
const LEAST_WIDTH = 30;

/** By place: a mark, what was looked at, what was found, and below it how to mend it. */
export function renderFindings(
  screen: Screen,
  places: readonly { readonly title: string; readonly findings: readonly Finding[] }[],
): readonly string[] {
  const all = places.flatMap(({ findings }) => findings);
  const labelWidth = Math.min(28, Math.max(0, ...all.map((finding) => displayWidth(labelOf(finding)))));
  const { style } = screen;
  const of = (outcome: Finding['outcome']): number => all.filter((each) => each.outcome === outcome).length;
  const summary = `${counted(of('critical'), 'critical finding')}, ${counted(of('warning'), 'warning')}, ${of('ok')} ok`;
  return [
    ...places.flatMap(({ title, findings }) => [
      style.bold(title),
      ...findings.flatMap((finding) => renderFinding(screen, finding, labelWidth)),
      '',
    ]),
    style.dim(summary),
  ];
}

const labelOf = ({ check, subject }: Finding): string =>
  plainText(subject === undefined ? check : `${check} ${subject}`);

function renderFinding({ style, terminal }: Screen, finding: Finding, labelWidth: number): readonly string[] {
  const { outcome, detail, mend } = finding;
  const paint = { ok: style.accent, warning: style.warning, critical: style.danger, skipped: style.dim }[
    outcome
  ];
  const indent = INDENT + 2 + labelWidth + 2;
  const room = Math.max(LEAST_WIDTH, (terminal.stdout.columns ?? Number.POSITIVE_INFINITY) - indent);
  const label = labelOf(finding);
  // A label that is too long has its line to itself.
  const isLong = displayWidth(label) > labelWidth;
  const [first = '', ...rest] = wrap(plainText(detail), room);
  const pad = ' '.repeat(indent);
  const head = `${' '.repeat(INDENT)}${paint(MARKS[outcome])} ${padEnd(label, labelWidth)}`;
  const mending = mend === undefined ? [] : wrap(plainText(mend), Math.max(LEAST_WIDTH, room - 6));
  return [
    ...(isLong ? [head, pad + first] : [`${head}  ${first}`]),
    ...rest.map((line) => pad + line),
    ...mending.map((line, index) => `${pad}${index === 0 ? style.dim('mend') : '    '}  ${line}`),
  ];
}
