import type { Command } from 'commander';
import type { Run } from '@holdfast/contracts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { renderRuns } from '../../render/runs.ts';
import { counted } from '../../render/quantities.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineRun(schedules: Command, start: Start): void {
  schedules
    .command('run')
    .argument('<id>', 'the schedule')
    .option('--async', 'do not wait: answer the runs')
    .description('Does now what the schedule does; its own times stay as they are.')
    .summary('do now what a schedule does')
    .addHelpText('after', examples('schedules run nightly', 'schedules run nightly --async --json'))
    .action((id: string, flags: { readonly async?: true }) =>
      start((cli) => runNow(cli, id, flags.async ?? false)),
    );
}

async function runNow(cli: Cli, id: string, isAsync: boolean): Promise<void> {
  const connection = await cli.connectServer();
  const asked = await connection.client.runSchedule({ schedule: id });
  const runs: readonly Run[] = isAsync ? asked.runs : await followAll(cli, connection, asked.runs);
  const failed = runs.find(({ error }) => error);
  if (failed?.error) {
    cli.print(renderRuns(cli, runs));
    const { code, message } = failed.error;
    throw new CliError(message, { code, title: 'Not everything succeeded', document: { runs } });
  }
  cli.answer({ runs }, () => {
    if (cli.options.quiet) return runs.map((run) => run.id);
    const { accent, bold } = cli.style;
    const what = isAsync ? 'asked for' : 'done';
    return [`${accent('✓')} ${bold(`${counted(runs.length, 'run')} ${what}`)}`, ...renderRuns(cli, runs)];
  });
}

async function followAll(
  cli: Cli,
  connection: Awaited<ReturnType<Cli['connectServer']>>,
  asked: readonly Run[],
): Promise<readonly Run[]> {
  const { followRun } = await import('../../follow/follow-run.ts');
  const ended: Run[] = [];
  for (const run of asked) ended.push(await followRun(cli, connection, run));
  return ended;
}
