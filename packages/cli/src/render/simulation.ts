import { calendarOf, type BackupFacts, type Simulation } from '@holdfast/retention-policy';
import type { Cli } from '../cli.ts';
import { renderCalendar } from './calendar.ts';
import { plainText } from './plain-text.ts';
import { describePolicy } from './policies.ts';
import { counted, formatBytes } from './quantities.ts';

type Played = {
  readonly database: string;
  readonly history: readonly BackupFacts[];
  readonly played: Simulation;
};

/** The calendar of what remains at the end, and in numbers. */
export function renderSimulation({ style }: Cli, { database, history, played }: Played): readonly string[] {
  const { last, left, days } = played;
  const stays = new Set(left.map(({ name }) => name));
  const gone = history.filter(({ name }) => !stays.has(name)).map((facts) => ({ ...facts, because: '' }));
  const months = calendarOf({ ...last, remove: gone });
  const sizeOf = (facts: readonly BackupFacts[]): number =>
    facts.reduce((sum, each) => sum + each.sizeBytes, 0);
  const most = days.reduce((peak, day) => Math.max(peak, day.kept), 0);
  const mostBytes = days.reduce((peak, day) => Math.max(peak, day.keptBytes), 0);
  return [
    `${style.bold(plainText(database))}  ${style.dim(`keeps ${describePolicy(last.policy)}`)}`,
    '',
    ...renderCalendar(months, style),
    '',
    `${style.bold(`${left.length} of ${counted(history.length, 'backup')}`)} remain: ${formatBytes(sizeOf(left))} of ${formatBytes(sizeOf(history))}`,
    style.dim(`at most ${counted(most, 'backup')} at once, ${formatBytes(mostBytes)}`),
    ...last.unmet.map((unmet) => `${style.warning('!')} ${plainText(unmet)}`),
  ];
}
