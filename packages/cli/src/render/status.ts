import type { DatabaseView, Status } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import type { Connection } from '../connection.ts';
import { renderFields, type Field } from './fields.ts';
import { plainText } from './plain-text.ts';
import { counted, formatAge, formatBytes } from './quantities.ts';
import { renderRuns } from './runs.ts';
import { renderTable, type Column } from './table.ts';

/** The health, the parts, the databases with their last proven restore, what goes on, and what is wrong. */
export function renderStatus(
  cli: Cli,
  status: Status,
  connection: Pick<Connection, 'kind' | 'place'>,
): readonly string[] {
  const { style } = cli;
  const { overall, issues } = status.health;
  const paint = { healthy: style.accent, warning: style.warning, critical: style.danger }[overall];
  const where = connection.kind === 'local' ? 'without a server' : connection.place;
  return [
    `${paint('●')} ${style.bold(overall)}  ${style.dim(plainText(where))}`,
    ...renderFields(partsOf(status, connection.kind, cli.terminal.nowMs()), cli),
    '',
    ...renderDatabases(cli, status),
    ...(status.activeRuns.length === 0 ? [] : ['', ...renderRuns(cli, status.activeRuns)]),
    ...(issues.length === 0 ? [] : ['']),
    ...issues.map(({ severity, message }) =>
      severity === 'critical'
        ? `${style.danger('✗')} ${plainText(message)}`
        : `${style.warning('!')} ${plainText(message)}`,
    ),
  ];
}

function partsOf(status: Status, kind: Connection['kind'], nowMs: number): readonly Field[] {
  const { repository, bus, history, services } = status;
  const free = repository.freeBytes === undefined ? '' : `, ${formatBytes(repository.freeBytes)} free`;
  const due = status.databases
    .flatMap(({ nextDueAt }) => (nextDueAt === undefined ? [] : [nextDueAt]))
    .sort()[0];
  const fires = (status.schedules ?? []).some(({ enabled }) => enabled);
  const content = `${counted(repository.backups, 'backup')}, ${formatBytes(repository.sizeBytes)}${free}`;
  const places: readonly Field[] = [
    ['repository', repository.location],
    ['', repository.available ? content : (repository.error?.message ?? 'cannot be used')],
  ];
  if (kind === 'local') return places;
  const historyIs = history.available ? 'available' : (history.error?.message ?? 'cannot be reached');
  return [
    ...places,
    ['bus', bus.connected ? 'connected' : 'cannot be reached'],
    ['history', history.configured ? historyIs : 'not configured'],
    ['services', countByName(services.map(({ service }) => service)) || 'none'],
    ['next backup', due === undefined ? (fires ? undefined : 'none is scheduled') : formatAge(due, nowMs)],
  ];
}

/** `backup-worker ×2, validator`. */
function countByName(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names.toSorted()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} ×${count}`)).join(', ');
}

function renderDatabases({ style, terminal }: Cli, { databases, history }: Status): readonly string[] {
  if (databases.length === 0) return ['No database is known.'];
  const nowMs = terminal.nowMs();
  // Drills are remembered by history alone: without it nobody knows, which is not the same as never.
  const unproven = history.available ? 'never' : 'not known';
  const columns: readonly Column<DatabaseView>[] = [
    { title: 'DATABASE', value: ({ id }) => id, paint: style.accent, shrinkTo: 16 },
    { title: 'NAME', value: ({ name }) => name, shrinkTo: 8, leavesAt: 1 },
    { title: 'BACKUPS', value: ({ backups }) => String(backups), align: 'right', leavesAt: 3 },
    { title: 'SIZE', value: ({ sizeBytes }) => formatBytes(sizeBytes), align: 'right', leavesAt: 2 },
    {
      title: 'LAST BACKUP',
      value: ({ lastBackup }) => (lastBackup ? formatAge(lastBackup.createdAt, nowMs) : 'never'),
    },
    {
      title: 'LAST PROVEN RESTORE',
      value: ({ lastProven }) => (lastProven ? formatAge(lastProven.at, nowMs) : unproven),
      paint: (text, { lastProven }) => (lastProven ? text : style.warning(text)),
    },
    {
      title: 'NEXT',
      value: ({ nextDueAt }) => (nextDueAt === undefined ? '' : formatAge(nextDueAt, nowMs)),
      leavesAt: 4,
    },
  ];
  return renderTable(databases, columns, { style, width: terminal.stdout.columns });
}
