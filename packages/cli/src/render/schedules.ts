import type { ScheduleFields, ScheduleView } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { renderDone, renderFields, type Field } from './fields.ts';
import { formatAge, formatSpan } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

/** `full backup of *, daily at 03:00 (Europe/Berlin)`. */
export function describeSchedule({
  action,
  type,
  database,
  rule,
  timezone,
}: Pick<ScheduleFields, 'action' | 'type' | 'database' | 'rule' | 'timezone'>): string {
  const what = { backup: `${type} backup`, drill: 'restore drill', cleanup: 'clean-up' }[action];
  return `${what} of ${database === '*' ? 'every database' : database}, ${rule} (${timezone})`;
}

const doesOf = ({ action, type }: Pick<ScheduleFields, 'action' | 'type'>): string =>
  action === 'backup' ? type : action;

export function renderSchedules(
  { style, terminal }: Cli,
  schedules: readonly ScheduleView[],
): readonly string[] {
  const nowMs = terminal.nowMs();
  const columns: readonly Column<ScheduleView>[] = [
    { title: 'SCHEDULE', value: ({ id }) => id, paint: style.accent },
    { title: 'DOES', value: doesOf },
    { title: 'DATABASE', value: ({ database }) => database, shrinkTo: 8, leavesAt: 3 },
    { title: 'RULE', value: ({ rule }) => rule, shrinkTo: 12 },
    { title: 'ZONE', value: ({ timezone }) => timezone, leavesAt: 2, shrinkTo: 6 },
    {
      title: 'LAST',
      value: ({ state }) => (state?.lastFiredAt === undefined ? '–' : formatAge(state.lastFiredAt, nowMs)),
      leavesAt: 4,
    },
    {
      title: 'NEXT',
      value: (schedule) => nextOf(schedule, nowMs),
      paint: (text, { enabled }) => (enabled ? text : style.warning(text)),
    },
    {
      title: 'FROM',
      value: ({ managedBy }) => (managedBy === 'api' ? '' : managedBy),
      leavesAt: 5,
    },
    { title: 'DESCRIPTION', value: ({ description }) => description, shrinkTo: 12, leavesAt: 1 },
  ];
  return renderTable(schedules, columns, { style, width: terminal.stdout.columns });
}

const nextOf = ({ enabled, nextDueAt }: ScheduleView, nowMs: number): string =>
  enabled ? (nextDueAt === undefined ? 'never' : formatAge(nextDueAt, nowMs)) : 'paused';

export function renderSchedule(cli: Cli, schedule: ScheduleView): readonly string[] {
  const { style, terminal } = cli;
  const nowMs = terminal.nowMs();
  const { enabled, state, options, nextDueAt, managedBy } = schedule;
  const at = (time: string | undefined): string | undefined =>
    time === undefined ? undefined : `${formatAge(time, nowMs)} (${time})`;
  const fields: readonly Field[] = [
    ['does', describeSchedule(schedule)],
    ['description', schedule.description || undefined],
    ['next', nextDueAt === undefined ? undefined : at(nextDueAt)],
    ['last', at(state?.lastFiredAt)],
    ['jitter', schedule.jitterMs === 0 ? undefined : `up to ${formatSpan(schedule.jitterMs)}`],
    ['blackouts', schedule.blackouts.map(blackoutText).join('; ') || undefined],
    [
      'missed ones',
      { once: 'the last one is made up for', all: 'each is made up for', skip: 'are left out' }[
        schedule.catchUp
      ],
    ],
    [
      'overlap',
      { skip: 'left out while the one before goes', queue: 'waits for the one before' }[schedule.overlap],
    ],
    ['tolerance', schedule.toleranceMs === undefined ? undefined : formatSpan(schedule.toleranceMs)],
    ['compression', options.compression],
    ['encrypt', options.encrypt === undefined ? undefined : options.encrypt ? 'yes' : 'no'],
    ['validate', options.validate],
    ['destinations', options.destinations?.join(', ')],
    [
      'declared in',
      { api: undefined, file: 'BACKUP_SCHEDULES_FILE', environment: 'the environment' }[managedBy],
    ],
    [
      'changed',
      `${formatAge(schedule.updatedAt, nowMs)} by ${schedule.updatedBy}, version ${schedule.version}`,
    ],
  ];
  const mark = enabled ? style.accent('●') : style.warning('●');
  const told = fields.map(([label, value]): Field => [label === 'next' ? 'due' : label, value]);
  return [
    `${mark} ${style.bold(schedule.id)}  ${enabled ? style.dim('active') : style.warning('paused')}`,
    ...renderFields(told, cli),
  ];
}

const blackoutText = ({ from, to, days }: ScheduleFields['blackouts'][number]): string =>
  `${from} to ${to}${days ? ` on ${days.join(', ')}` : ''}`;

export function renderChanged(cli: Cli, headline: string, schedule: ScheduleView): readonly string[] {
  if (cli.options.quiet) return [schedule.id];
  const due = schedule.nextDueAt;
  return renderDone(
    headline,
    [
      ['does', describeSchedule(schedule)],
      ['due', due === undefined ? undefined : `${formatAge(due, cli.terminal.nowMs())} (${due})`],
      ['paused', schedule.enabled ? undefined : 'it does not fire until it is resumed'],
    ],
    schedule.enabled
      ? `backup-admin schedules next ${schedule.id}`
      : `backup-admin schedules resume ${schedule.id}`,
    cli,
  );
}

/** Due times as the schedule's own zone reads them, and as they are. */
export function renderDueTimes(
  { style, terminal }: Cli,
  { timezone }: Pick<ScheduleView, 'timezone'>,
  dueAt: readonly string[],
): readonly string[] {
  const nowMs = terminal.nowMs();
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const local = (due: string): string => {
    const parts = new Map(format.formatToParts(new Date(due)).map(({ type, value }) => [type, value]));
    const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
    return `${of('weekday')} ${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')}`;
  };
  const columns: readonly Column<string>[] = [
    { title: timezone.toUpperCase(), value: local, paint: style.accent },
    ...(timezone === 'UTC' ? [] : [{ title: 'UTC', value: (due: string) => due.replace('.000Z', 'Z') }]),
    { title: 'WHEN', value: (due) => formatAge(due, nowMs) },
  ];
  return renderTable(dueAt, columns, { style, width: terminal.stdout.columns });
}
