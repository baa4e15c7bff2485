import type { Command } from 'commander';
import type { OperationOutput } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { renderDone } from '../render/fields.ts';
import { formatAge, formatBytes, formatCount, formatSpan } from '../render/quantities.ts';
import { renderTable, type Column } from '../render/table.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { wholeNumber } from './parse-flags.ts';

export type HistoryFlags = { readonly limit: number; readonly offset: number };

export function define(command: Command, start: Start): void {
  command
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000), 20)
    .option('--offset <n>', 'leave out so many of the newest', wholeNumber(0, 1_000_000_000), 0)
    .addHelpText('after', examples('history', 'history --limit 5 --json', 'history rebuild'))
    .action((flags: HistoryFlags) => start((cli) => history(cli, flags)));
  command
    .command('rebuild')
    .description('Make the read model anew from the events and the manifests.')
    .summary('make it anew from the events and the manifests')
    .addHelpText('after', examples('history rebuild', 'history rebuild --json'))
    .action(() => start(rebuild));
}

type Answer = Extract<OperationOutput<'enhancedListHistory'>, { readonly data: unknown }>['data'];
type Entry = Answer['history'][number];

async function history(cli: Cli, { limit, offset }: HistoryFlags): Promise<void> {
  const { client } = await cli.connectServer();
  const { data } = await client.enhancedListHistory({ limit, offset });
  cli.answer(data, () => {
    if (data.history.length === 0) return ['Nothing was done yet.'];
    const last = offset + data.history.length;
    const more = data.total > last ? `; older ones: backup-admin history --offset ${last}` : '';
    return [
      ...renderEntries(cli, data.history),
      ...(cli.options.quiet
        ? []
        : [cli.style.dim(`${offset + 1} to ${last} of ${formatCount(data.total)}${more}`)]),
    ];
  });
}

function renderEntries({ style, terminal }: Cli, entries: readonly Entry[]): readonly string[] {
  const nowMs = terminal.nowMs();
  const columns: readonly Column<Entry>[] = [
    { title: 'WHEN', value: ({ timestamp }) => formatAge(timestamp, nowMs) },
    { title: 'WHAT', value: ({ operation }) => operation },
    {
      title: 'RESULT',
      value: ({ success }) => (success ? 'done' : 'failed'),
      paint: (text, { success }) => (success ? text : style.danger(text)),
    },
    { title: 'FILE', value: ({ filename }) => filename, paint: style.accent },
    { title: 'SIZE', value: ({ size }) => (size > 0 ? formatBytes(size) : ''), align: 'right', leavesAt: 2 },
    { title: 'TOOK', value: ({ duration_ms }) => formatSpan(duration_ms), align: 'right', leavesAt: 1 },
    { title: 'DETAIL', value: ({ error, description }) => error ?? description, shrinkTo: 12, leavesAt: 3 },
  ];
  return renderTable(entries, columns, { style, width: terminal.stdout.columns });
}

async function rebuild(cli: Cli): Promise<void> {
  const { client } = await cli.connectServer();
  const { counts } = await client.rebuildHistory();
  cli.answer({ counts }, () =>
    renderDone(
      'History is made anew',
      Object.entries(counts).map(([what, count]) => [what, formatCount(count)] as const),
      'backup-admin history',
      cli,
    ),
  );
}
