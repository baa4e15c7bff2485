import { Option, type Command } from 'commander';
import type { RunKind, RunState } from '@holdfast/contracts';
import type { Cli } from '../../cli.ts';
import { renderRuns } from '../../render/runs.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { wholeNumber } from '../parse-flags.ts';

export type ListRunsFlags = {
  readonly kind?: RunKind;
  readonly state?: RunState;
  readonly database?: string;
  readonly limit: number;
};

export function defineList(runs: Command, start: Start): void {
  runs
    .command('list', { isDefault: true })
    .description('Runs, newest first.')
    .summary('runs, newest first')
    .addOption(
      new Option('--kind <kind>').choices([
        'backup',
        'restore',
        'undo',
        'validation',
        'removal',
        'copy',
        'cleanup',
      ]),
    )
    .addOption(
      new Option('--state <state>').choices(['requested', 'running', 'completed', 'failed', 'cancelled']),
    )
    .option('--database <id>', 'of this database alone')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 500), 20)
    .addHelpText(
      'after',
      examples('runs list', 'runs list --state running', 'runs list --kind restore --limit 5 --json'),
    )
    .action((flags: ListRunsFlags) => start((cli) => listRuns(cli, flags)));
}

async function listRuns(cli: Cli, flags: ListRunsFlags): Promise<void> {
  const { client } = await cli.connectServer();
  const page = await client.listRuns(flags);
  cli.answer(page, () => {
    if (cli.options.quiet) return page.runs.map(({ id }) => id);
    return page.runs.length === 0 ? ['There are no such runs.'] : renderRuns(cli, page.runs);
  });
}
