import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDone } from '../../render/fields.ts';
import { renderRun } from '../../render/runs.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

type RetryRunFlags = { readonly watch?: true };

export function defineRetry(runs: Command, start: Start): void {
  runs
    .command('retry <run>')
    .description(
      'Ask again for what a failed or cancelled run was asked for. That is a run of its own, in your name.',
    )
    .summary('ask again for what failed')
    .option('--watch', 'stay until it is over; then its outcome is the exit code')
    .addHelpText('after', examples('runs retry 1a2b3c4d', 'runs retry 1a2b3c4d --watch'))
    .action((run: string, flags: RetryRunFlags) => start((cli) => retryRun(cli, run, flags)));
}

async function retryRun(cli: Cli, given: string, { watch }: RetryRunFlags): Promise<void> {
  const connection = await cli.connectServer();
  const { client } = connection;
  const { resolveRun } = await import('../../server/resolve-run.ts');
  const run = await client.retryRun({ run: await resolveRun(client, given) });
  if (watch) {
    const { followRun, mustBeCompleted } = await import('../../follow/follow-run.ts');
    const over = mustBeCompleted(await followRun(cli, connection, run), connection.kind);
    return cli.answer({ run: over }, () => renderRun(cli, over));
  }
  cli.answer({ run }, () =>
    cli.options.quiet
      ? [run.id]
      : renderDone(
          `The ${run.kind} is asked for again`,
          [['run', run.id]],
          `backup-admin runs show ${run.id.slice(-8)} --watch`,
          cli,
        ),
  );
}
