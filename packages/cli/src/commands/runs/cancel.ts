import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDone } from '../../render/fields.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export type CancelRunFlags = { readonly reason?: string };

export function defineCancel(runs: Command, start: Start): void {
  runs
    .command('cancel <run>')
    .description('Ask a run to stop. What it had begun is removed.')
    .summary('ask a run to stop')
    .option('--reason <text>', 'why; kept with the run')
    .addHelpText('after', examples('runs cancel 1a2b3c4d', 'runs cancel 1a2b3c4d --reason "wrong database"'))
    .action((run: string, flags: CancelRunFlags) => start((cli) => cancelRun(cli, run, flags)));
}

async function cancelRun(cli: Cli, given: string, flags: CancelRunFlags): Promise<void> {
  const { client } = await cli.connectServer();
  const { resolveRun } = await import('../../server/resolve-run.ts');
  const run = await client.cancelRun({ run: await resolveRun(client, given), ...flags });
  cli.answer({ run }, () =>
    cli.options.quiet
      ? [run.id]
      : renderDone(
          `The ${run.kind} is asked to stop`,
          [['run', run.id]],
          `backup-admin runs show ${run.id.slice(-8)} --watch`,
          cli,
        ),
  );
}
