import type { BackupContents } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { counted, formatBytes } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

type Entry = BackupContents['entries'][number];

/** A row per object, in the dump's order, and what it comes to. */
export function renderContents(
  { style, terminal, options }: Cli,
  contents: BackupContents,
  withSizes: boolean,
): readonly string[] {
  const columns: readonly Column<Entry>[] = [
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'SCHEMA', value: ({ schema }) => schema ?? '', shrinkTo: 10, leavesAt: 2 },
    { title: 'NAME', value: ({ name }) => name, paint: style.accent, shrinkTo: 20 },
    { title: 'OWNER', value: ({ owner }) => owner ?? '', shrinkTo: 8, leavesAt: 1 },
    {
      title: 'DATA',
      value: ({ sizeBytes }) => (sizeBytes === undefined ? '' : formatBytes(sizeBytes)),
      align: 'right',
      leavesAt: 3,
    },
  ];
  const rows = renderTable(contents.entries, columns, { style, width: terminal.stdout.columns });
  return options.quiet ? rows : [...rows, style.dim(summaryOf(contents, withSizes))];
}

function summaryOf({ entries, kind, dataBytes }: BackupContents, withSizes: boolean): string {
  const tables = entries.filter((entry) => entry.kind === 'TABLE').length;
  const told = dataBytes === undefined ? 'data of unknown size' : `${formatBytes(dataBytes)} of data`;
  return [
    counted(entries.length, 'entry', 'entries'),
    counted(tables, 'table'),
    ...(withSizes ? [told] : []),
    `in the ${kind} format`,
  ].join(', ');
}
