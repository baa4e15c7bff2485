import type { DatabaseView } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import type { Connection } from '../connection.ts';
import { formatAge, formatBytes } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

export function renderDatabases(
  { style, terminal }: Cli,
  databases: readonly DatabaseView[],
  kind: Connection['kind'],
): readonly string[] {
  const nowMs = terminal.nowMs();
  const ageOf = (at: string | undefined, none: string): string =>
    at === undefined ? none : formatAge(at, nowMs);
  const isServer = kind === 'server';
  const columns: readonly Column<DatabaseView>[] = [
    { title: 'DATABASE', value: ({ id }) => id, paint: style.accent, shrinkTo: 12 },
    { title: 'NAME', value: ({ id, name }) => (name === id ? '' : name), shrinkTo: 10, leavesAt: 1 },
    {
      title: 'REACHED BY',
      value: ({ workers }) =>
        isServer ? (workers === 0 ? 'nobody' : workers === 1 ? '1 worker' : `${workers} workers`) : '',
      paint: (text, { workers }) => (workers === 0 ? style.warning(text) : text),
      leavesAt: 3,
    },
    { title: 'BACKUPS', value: ({ backups }) => String(backups), align: 'right', leavesAt: 2 },
    {
      title: 'SIZE',
      value: ({ sizeBytes }) => (sizeBytes > 0 ? formatBytes(sizeBytes) : ''),
      align: 'right',
    },
    { title: 'LAST', value: ({ lastBackup }) => ageOf(lastBackup?.createdAt, 'never') },
    {
      title: 'LAST PROVEN',
      // Drills are remembered by the server alone.
      value: ({ lastProven }) => ageOf(lastProven?.at, isServer ? 'never' : 'not known'),
      paint: (text, { lastProven }) => (lastProven ? text : style.warning(text)),
    },
    { title: 'NEXT', value: ({ nextDueAt }) => ageOf(nextDueAt, ''), leavesAt: 4 },
  ];
  return renderTable(databases, columns, { style, width: terminal.stdout.columns });
}
