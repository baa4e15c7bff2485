import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderRun } from '../../render/runs.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export type ShowRunFlags = { readonly watch?: true };

export function defineShow(runs: Command, start: Start): void {
  runs
    .command('show <run>')
    .description('One run and what came of it. Its id, or the last eight digits.')
    .summary('one run and what came of it')
    .option('--watch', 'stay until it is over; then its outcome is the exit code')
    .addHelpText(
      'after',
      examples(
        'runs show 1a2b3c4d',
        'runs show 1a2b3c4d --watch',
        "runs show 1a2b3c4d --json | jq '.run.state'",
      ),
    )
    .action((run: string, flags: ShowRunFlags) => start((cli) => showRun(cli, run, flags)));
}

async function showRun(cli: Cli, given: string, { watch }: ShowRunFlags): Promise<void> {
  const connection = await cli.connectServer();
  const { resolveRun } = await import('../../server/resolve-run.ts');
  const found = await connection.client.getRun({ run: await resolveRun(connection.client, given) });
  if (!watch) return cli.answer({ run: found }, () => renderRun(cli, found));
  const { followRun, mustBeCompleted } = await import('../../follow/follow-run.ts');
  const over = await followRun(cli, connection, found);
  if (over.state !== 'completed') cli.print(renderRun(cli, over));
  const run = mustBeCompleted(over, connection.kind);
  cli.answer({ run }, () => renderRun(cli, run));
}
