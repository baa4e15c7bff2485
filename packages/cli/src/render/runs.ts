import type { Run } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { renderFields, type Field } from './fields.ts';
import { formatAge, formatSpan } from './quantities.ts';
import { renderTable, type Column } from './table.ts';

export function renderRuns({ style, terminal, options }: Cli, runs: readonly Run[]): readonly string[] {
  const nowMs = terminal.nowMs();
  const columns: readonly Column<Run>[] = [
    { title: 'RUN', value: ({ id }) => (options.verbose ? id : id.slice(-8)), paint: style.accent },
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'DATABASE', value: ({ database }) => database ?? '', shrinkTo: 8, leavesAt: 3 },
    {
      title: 'STATE',
      value: ({ state }) => state,
      paint: (text, { state }) => (state === 'failed' ? style.danger(text) : text),
    },
    { title: 'ASKED FOR', value: ({ requestedAt }) => formatAge(requestedAt, nowMs) },
    { title: 'TOOK', value: (run) => tookOf(run, nowMs) ?? '', align: 'right', leavesAt: 2 },
    { title: 'RESULT', value: (run) => resultOf(run) ?? '', shrinkTo: 12, leavesAt: 4 },
  ];
  return renderTable(runs, columns, { style, width: terminal.stdout.columns });
}

/** From its begin to its end, or until now. */
function tookOf({ startedAt, endedAt }: Run, nowMs: number): string | undefined {
  if (startedAt === undefined) return undefined;
  return formatSpan((endedAt === undefined ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt));
}

/** What came of it, in a word or a name. */
export function resultOf(run: Run): string | undefined {
  if (run.error) return run.error.code;
  if (run.cleanup) return `${run.cleanup.removed.length} removed, ${run.cleanup.kept} kept`;
  if (run.waitingFor !== undefined && run.state === 'requested') return `waits: ${run.waitingFor}`;
  if (run.validation) return `${run.validation.verdict}: ${run.validation.filename}`;
  return run.backup?.filename ?? run.restore?.filename ?? run.removal?.filename ?? run.undo?.databaseName;
}

export function renderRun(cli: Cli, run: Run): readonly string[] {
  const { style, terminal } = cli;
  const nowMs = terminal.nowMs();
  const fields: readonly Field[] = [
    ['database', run.database],
    ['asked for', `${formatAge(run.requestedAt, nowMs)} (${run.requestedAt})`],
    ['took', tookOf(run, nowMs)],
    [
      'attempts',
      run.attempt === 0
        ? undefined
        : `${run.attempt}${run.failures === 0 ? '' : `, ${run.failures} not successful`}`,
    ],
    ['worker', run.worker],
    ['waits for', run.state === 'requested' ? run.waitingFor : undefined],
    [
      'asked to stop',
      run.cancel && `by ${run.cancel.by}${run.cancel.reason === undefined ? '' : `: ${run.cancel.reason}`}`,
    ],
    ['backup', run.backup?.filename],
    [
      'validation',
      run.validation
        ? `${run.validation.verdict} (${run.validation.level}) of ${run.validation.filename}`
        : run.validationRun,
    ],
    ['restored', run.restore && `${run.restore.filename} into ${run.restore.databaseName}`],
    ['safety backup', run.restore?.safetyBackup],
    ['previous', run.restore?.previousDatabaseName],
    ['deleted', run.removal?.filename],
    ['cleaned up', run.cleanup && `${run.cleanup.removed.length} removed, ${run.cleanup.kept} kept`],
    ['undone', run.undo?.detail],
    ['error', run.error && `${run.error.code}: ${run.error.message}`],
  ];
  const paint = run.state === 'failed' ? style.danger : style.accent;
  return [
    `${paint('●')} ${style.bold(`${run.kind} ${run.state}`)}  ${style.dim(run.id)}`,
    ...renderFields(fields, cli),
  ];
}
