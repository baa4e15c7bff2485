import type { Status } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { renderFields, type Field } from './fields.ts';
import { counted, formatAge, formatBytes } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

type Service = Status['services'][number];
type Schedule = NonNullable<Status['schedules']>[number];
type Check = NonNullable<Status['health']['checks']>[number];

/** `--detailed`: everything that was looked at, the storage, the schedules, the processes and the settings. */
export function renderStatusDetail(cli: Cli, status: Status): readonly string[] {
  const parts = [
    renderChecks(cli, status.health.checks ?? []),
    renderSchedules(cli, status.schedules ?? []),
    renderServices(cli, status.services),
    renderFields([...storageFields(cli, status), ...settingFields(status)], cli),
  ];
  return parts.flatMap((lines) => (lines.length === 0 ? [] : ['', ...lines]));
}

const MARKS = { ok: '✓', warning: '!', critical: '✗' } as const;

function renderChecks({ style, terminal }: Cli, checks: readonly Check[]): readonly string[] {
  if (checks.length === 0) return [];
  const paints = { ok: style.accent, warning: style.warning, critical: style.danger };
  const columns: readonly Column<Check>[] = [
    {
      title: ' ',
      value: ({ outcome }) => MARKS[outcome],
      paint: (text, { outcome }) => paints[outcome](text),
    },
    { title: 'CHECK', value: ({ check }) => check },
    { title: 'OF', value: ({ subject }) => subject ?? '', shrinkTo: 8, leavesAt: 1 },
    { title: 'FOUND', value: ({ detail }) => detail, shrinkTo: 20 },
  ];
  return renderTable(checks, columns, { style, width: terminal.stdout.columns });
}

function renderSchedules({ style, terminal }: Cli, schedules: readonly Schedule[]): readonly string[] {
  if (schedules.length === 0) return [];
  const nowMs = terminal.nowMs();
  const columns: readonly Column<Schedule>[] = [
    { title: 'SCHEDULE', value: ({ id }) => id, paint: style.accent },
    { title: 'DOES', value: ({ action }) => action },
    { title: 'DATABASE', value: ({ database }) => database, shrinkTo: 8, leavesAt: 2 },
    { title: 'RULE', value: ({ rule, timezone }) => `${rule} (${timezone})`, shrinkTo: 16 },
    {
      title: 'LAST',
      value: ({ lastFiredAt }) => (lastFiredAt === undefined ? '–' : formatAge(lastFiredAt, nowMs)),
      leavesAt: 1,
    },
    {
      title: 'NEXT',
      value: ({ enabled, nextDueAt }) =>
        enabled ? (nextDueAt === undefined ? 'never' : formatAge(nextDueAt, nowMs)) : 'paused',
    },
  ];
  return renderTable(schedules, columns, { style, width: terminal.stdout.columns });
}

function renderServices({ style, terminal }: Cli, services: readonly Service[]): readonly string[] {
  if (services.length === 0) return [];
  const nowMs = terminal.nowMs();
  const columns: readonly Column<Service>[] = [
    { title: 'SERVICE', value: ({ service }) => service, paint: style.accent },
    { title: 'INSTANCE', value: ({ instance }) => instance, shrinkTo: 12 },
    { title: 'VERSION', value: ({ release }) => release ?? '', leavesAt: 2 },
    { title: 'STARTED', value: ({ startedAt }) => formatAge(startedAt, nowMs) },
    { title: 'ROLES', value: ({ roles }) => roles.join(', '), leavesAt: 1 },
  ];
  return renderTable(services, columns, { style, width: terminal.stdout.columns });
}

function storageFields({ terminal }: Cli, { repository, health }: Status): readonly Field[] {
  const { sizeBytes, freeBytes, usedPercent, daysUntilFull } = repository;
  const storage = [
    `${formatBytes(sizeBytes)} of backups`,
    ...(usedPercent === undefined ? [] : [`${Math.round(usedPercent)} % full`]),
    ...(freeBytes === undefined ? [] : [`${formatBytes(freeBytes)} free`]),
    ...(daysUntilFull === undefined
      ? []
      : [`full in ${counted(Math.max(0, Math.floor(daysUntilFull)), 'day')} as it grows now`]),
  ];
  return [
    ['storage', storage.join(', ')],
    ['watched', health.watchedAt === undefined ? undefined : formatAge(health.watchedAt, terminal.nowMs())],
  ];
}

function settingFields({ configuration }: Status): readonly Field[] {
  const { compression, compressionLevel, validateAfterBackup, validateBeforeRestore } = configuration;
  const { enabled, encrypt, retentionDays, maxBackups } = configuration;
  const limits = [
    ...(retentionDays === undefined ? [] : [`up to ${counted(Math.round(retentionDays), 'day')}`]),
    ...(maxBackups === undefined ? [] : [`at most ${counted(maxBackups, 'backup')} of a database`]),
  ];
  return [
    ['schedules', enabled === false ? 'do not fire (BACKUP_ENABLED)' : undefined],
    ['kept', limits.join(', ') || undefined],
    ['encryption', encrypt === undefined ? undefined : encrypt ? 'on' : 'off'],
    ['compression', compression === 'none' ? 'none' : `${compression}, level ${compressionLevel}`],
    [
      'after a backup',
      validateAfterBackup === 'none' ? 'no validation' : `validation: ${validateAfterBackup}`,
    ],
    [
      'before a restore',
      validateBeforeRestore ? 'the backup is read to its end' : 'the backup is not read first',
    ],
  ];
}
