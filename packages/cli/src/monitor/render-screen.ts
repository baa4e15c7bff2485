import type { Run, Status } from '@holdfast/contracts';
import type { Style } from '../render/style.ts';
import { renderDatabases } from '../render/databases.ts';
import { lineOf } from '../render/event-line.ts';
import type { Cli } from '../cli.ts';
import { plainText } from '../render/plain-text.ts';
import { renderProgress } from '../render/progress-line.ts';
import { counted, formatAge, formatBytes, formatSpan } from '../render/quantities.ts';
import { cutEnd, displayWidth, padEnd } from '../render/width.ts';
import type { MonitorState } from './monitor-state.ts';

export type Size = { readonly width: number; readonly height: number };

/** At most this many lines of each, so that events keep their room. */
const MOST_ISSUES = 4;
const LEAST_EVENTS = 3;

/** The screen as lines: health, what is wrong, databases, runs with progress, and events in what room is left. */
export function renderScreen(cli: Cli, state: MonitorState, { width, height }: Size): readonly string[] {
  const { style } = cli;
  const { status } = state;
  const nowMs = cli.terminal.nowMs();
  const head = [headLine(style, state, { nowMs, width }), ...problemLines(style, state, width)];
  const foot = style.dim(cutEnd('q quits', width));
  if (!status) return fill([...head, '', style.dim('asking the server …')], foot, height);
  const top = [
    ...head,
    cutPainted(style.dim, factsOf(status, nowMs), width),
    ...issueLines(style, status, width),
    '',
    ...(status.databases.length === 0
      ? ['No database is known.']
      : renderDatabases(cli, status.databases, 'server')),
    '',
    ...runLines(cli, state, width),
    '',
    style.bold('EVENTS'),
  ];
  // Databases may be many: the events keep their least.
  const kept = top.slice(0, Math.max(1, height - 1 - LEAST_EVENTS));
  const room = Math.max(0, height - 1 - kept.length);
  const events = state.events.slice(-room).toReversed();
  const lines =
    events.length === 0
      ? [style.dim('nothing has happened since this began')]
      : events.map((told) => lineOf(cli, { kind: 'event', ...told }));
  return fill([...kept, ...lines.slice(0, room)], foot, height);
}

/** One line for a log or a pipe. */
export function renderLine(status: Status, nowMs: number): string {
  const { overall, issues } = status.health;
  const worst = issues.find(({ severity }) => severity === 'critical') ?? issues[0];
  return [
    status.at.slice(0, 19).replace('T', ' '),
    padEnd(overall, 8),
    factsOf(status, nowMs),
    worst?.message,
  ]
    .filter((part) => part !== undefined)
    .map(plainText)
    .join('  ');
}

function headLine(
  style: Style,
  state: MonitorState,
  { nowMs, width }: { nowMs: number; width: number },
): string {
  const { status, problem, place, readMs } = state;
  const overall = problem ? 'not reachable' : (status?.health.overall ?? '…');
  const paint = problem
    ? style.danger
    : { healthy: style.accent, warning: style.warning, critical: style.danger, '…': style.dim }[
        status?.health.overall ?? '…'
      ];
  const left = `${paint('●')} ${style.bold(overall)}  ${style.dim(plainText(place))}`;
  const seen = status
    ? `seen ${formatSpan(Math.floor(Math.max(0, nowMs - readMs) / 1_000) * 1_000)} ago`
    : '';
  const right = nowMs - readMs < 1_000 ? 'seen just now' : seen;
  const gap = width - displayWidth(left) - displayWidth(right);
  return gap > 1 ? `${left}${' '.repeat(gap)}${style.dim(right)}` : left;
}

const problemLines = (style: Style, { problem }: MonitorState, width: number): readonly string[] =>
  problem ? [cutPainted(style.danger, plainText(problem.message), width)] : [];

function issueLines(style: Style, { health }: Status, width: number): readonly string[] {
  const { issues } = health;
  const shown = issues.slice(0, issues.length > MOST_ISSUES ? MOST_ISSUES - 1 : MOST_ISSUES);
  const more = issues.length - shown.length;
  return [
    ...shown.map(({ severity, message }) => {
      const isCritical = severity === 'critical';
      const mark = isCritical ? style.danger('✗') : style.warning('!');
      return `${mark} ${cutEnd(plainText(message), width - 2)}`;
    }),
    ...(more > 0 ? [style.dim(`  and ${more} more: backup-admin status`)] : []),
  ];
}

function factsOf({ repository, databases, activeRuns, services }: Status, nowMs: number): string {
  const due = databases.flatMap(({ nextDueAt }) => nextDueAt ?? []).toSorted()[0];
  return [
    counted(repository.backups, 'backup'),
    formatBytes(repository.sizeBytes),
    ...(repository.freeBytes === undefined ? [] : [`${formatBytes(repository.freeBytes)} free`]),
    counted(services.length, 'process', 'processes'),
    counted(activeRuns.length, 'run'),
    due === undefined ? 'no next backup' : `next ${formatAge(due, nowMs)}`,
  ].join(' · ');
}

function runLines({ style }: Cli, { status, progress }: MonitorState, width: number): readonly string[] {
  const runs = status?.activeRuns ?? [];
  if (runs.length === 0) return [style.bold('RUNS'), style.dim('none under way')];
  return [style.bold('RUNS'), ...runs.map((run) => runLine(run))];

  function runLine(run: Run): string {
    const name = `${run.id.slice(-8)}  ${padEnd(run.kind, 10)}  ${padEnd(plainText(run.database ?? ''), 10)}  `;
    const room = width - displayWidth(name);
    const step = progress[run.id];
    const rest = step ? renderProgress(step, { style, width: room }) : stateOf(run);
    return style.accent(name.slice(0, 8)) + name.slice(8) + rest;
  }
}

const stateOf = ({ state, waitingFor }: Run): string =>
  state === 'requested' && waitingFor !== undefined ? `waits: ${plainText(waitingFor)}` : state;

const cutPainted = (paint: (text: string) => string, text: string, width: number): string =>
  paint(cutEnd(text, width));

const fill = (lines: readonly string[], foot: string, height: number): readonly string[] => [
  ...lines.slice(0, height - 1),
  ...Array.from({ length: Math.max(0, height - 1 - lines.length) }, () => ''),
  foot,
];
