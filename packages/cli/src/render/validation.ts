import type { Backup, Run, ValidationResult } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { renderDone } from './fields.ts';
import { counted, formatSpan } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

type Finding = ValidationResult['findings'][number];

const MARKS = { ok: '✓', failed: '✗', inconclusive: '?', skipped: '–' } as const;

/** Every finding of a validation, one per row. */
export function renderFindings({ style, terminal }: Cli, result: ValidationResult): readonly string[] {
  const paints = { ok: style.accent, failed: style.danger, inconclusive: style.warning, skipped: style.dim };
  const columns: readonly Column<Finding>[] = [
    {
      title: ' ',
      value: ({ outcome }) => MARKS[outcome],
      paint: (text, { outcome }) => paints[outcome](text),
    },
    { title: 'CHECK', value: ({ check }) => check },
    { title: 'DETAIL', value: ({ detail }) => detail, shrinkTo: 20 },
  ];
  return renderTable(result.findings, columns, { style, width: terminal.stdout.columns });
}

/** A verdict that is no bad news. `flag` goes into the next step: ` --local` or nothing. */
export function renderVerdict(cli: Cli, result: ValidationResult, flag: string): readonly string[] {
  const { filename, name, level, verdict, findings, durationMs } = result;
  if (cli.options.quiet) return [verdict];
  const right = findings.filter(({ outcome }) => outcome === 'ok').length;
  // A drill checks much: what was not compared is told, of what was right the number will do.
  const told = findings.filter(
    ({ outcome }) => cli.options.verbose || level !== 'restore' || outcome !== 'ok',
  );
  return renderDone(
    `${filename} is ${verdict}`,
    [
      ['level', `${level}, ${formatSpan(durationMs)}`],
      ...told.map(
        ({ check, outcome, detail }) => [check, outcome === 'ok' ? detail : `${outcome}: ${detail}`] as const,
      ),
      [
        'compared',
        level === 'restore' ? `${right} of ${counted(findings.length, 'check')} right` : undefined,
      ],
    ],
    level === 'restore'
      ? `backup-admin${flag} restore --file ${name}`
      : `backup-admin${flag} validate --file ${name} --level restore`,
    cli,
  );
}

export type Looked = { readonly backup: Pick<Backup, 'filename'>; readonly run: Run };

/** The verdicts of several backups. */
export function renderLooked({ style, terminal }: Cli, looked: readonly Looked[]): readonly string[] {
  if (looked.length === 0) return ['There are no backups yet.'];
  const isGood = ({ validation }: Run): boolean =>
    validation !== undefined && validation.verdict !== 'invalid';
  const columns: readonly Column<Looked>[] = [
    { title: 'FILE', value: ({ backup }) => backup.filename },
    {
      title: 'VERDICT',
      value: ({ run }) => run.validation?.verdict ?? run.error?.code ?? run.state,
      paint: (text, { run }) => (isGood(run) ? text : style.danger(text)),
    },
    {
      title: 'TIME',
      value: ({ run }) => (run.validation ? formatSpan(run.validation.durationMs) : ''),
      align: 'right',
      leavesAt: 1,
    },
  ];
  return renderTable(looked, columns, { style, width: terminal.stdout.columns });
}
