import type { Backup, Failure } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { isForeign, type Listed } from '../foreign.ts';
import { plainText } from './plain-text.ts';
import { formatAge, formatBytes, formatCount } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

/** A row per backup. File names are never cut: people copy them. */
export function renderBackups(
  { style, terminal, options }: Cli,
  backups: readonly Listed[],
): readonly string[] {
  const nowMs = terminal.nowMs();
  const ours =
    (value: (backup: Backup) => string | undefined) =>
    (listed: Listed): string =>
      (isForeign(listed) ? undefined : value(listed)) ?? '';
  const extra: readonly Column<Listed>[] = [
    {
      title: 'TABLES',
      value: ours(({ tablesCount }) => formatCount(tablesCount)),
      align: 'right',
      leavesAt: 2,
    },
    { title: 'ROWS', value: ours(({ rowsCount }) => formatCount(rowsCount)), align: 'right', leavesAt: 3 },
    { title: 'RUN', value: ours(({ run }) => run.slice(-8)), leavesAt: 1 },
    { title: 'ALIAS', value: ours(({ alias }) => alias ?? ''), leavesAt: 4, shrinkTo: 8 },
  ];
  const columns: readonly Column<Listed>[] = [
    { title: 'FILE', value: ({ filename }) => filename, paint: style.accent },
    { title: 'AGE', value: ({ createdAt }) => formatAge(createdAt, nowMs) },
    { title: 'SIZE', value: ({ sizeBytes }) => formatBytes(sizeBytes), align: 'right' },
    {
      title: 'PROVEN',
      value: (backup) => worthOf(backup, nowMs),
      paint: (text, { lastValidation }) =>
        lastValidation?.verdict === 'invalid' ? style.danger(text) : text,
      leavesAt: 8,
    },
    // Nothing where there are no other destinations.
    { title: 'COPIES', value: ours(({ copies }) => copies && (copies.join(', ') || '–')), leavesAt: 5 },
    ...(options.verbose ? extra : []),
    { title: 'WHY', value: (listed) => (isForeign(listed) ? 'foreign' : listed.trigger), leavesAt: 6 },
    { title: 'DESCRIPTION', value: ({ description }) => description, shrinkTo: 11, leavesAt: 7 },
  ];
  return renderTable(backups, columns, { style, width: terminal.stdout.columns });
}

/** When a drill last restored it, else what the last look found, else a dash. */
export function worthOf(
  backup: Partial<Pick<Backup, 'lastProvenAt' | 'lastValidation'>>,
  nowMs: number,
): string {
  if (backup.lastValidation?.verdict === 'invalid') return 'INVALID';
  if (backup.lastProvenAt !== undefined) return formatAge(backup.lastProvenAt, nowMs);
  return backup.lastValidation?.verdict ?? '–';
}

export const renderProblems = (
  { style }: Cli,
  problems: readonly { readonly key: string; readonly error: Failure }[],
): readonly string[] =>
  problems.flatMap(({ key, error }) => [
    `${style.warning('!')} ${plainText(key)} ${style.dim(`[${error.code}]`)}`,
    `  ${plainText(error.message)}`,
  ]);
