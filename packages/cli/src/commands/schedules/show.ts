import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderSchedule } from '../../render/schedules.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineShow(schedules: Command, start: Start): void {
  schedules
    .command('show')
    .argument('<id>', 'the schedule')
    .description('One schedule with all of its fields.')
    .summary('one schedule')
    .addHelpText('after', examples('schedules show nightly', 'schedules show nightly --json'))
    .action((id: string) => start((cli) => show(cli, id)));
}

async function show(cli: Cli, id: string): Promise<void> {
  const { client } = await cli.connectServer();
  const schedule = await client.getSchedule({ schedule: id });
  cli.answer({ schedule }, () => (cli.options.quiet ? [schedule.id] : renderSchedule(cli, schedule)));
}
