import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderChanged } from '../../render/schedules.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function definePause(schedules: Command, start: Start): void {
  schedules
    .command('pause')
    .argument('<id>', 'the schedule')
    .description('Lets a schedule fire no more until it is resumed.')
    .summary('pause a schedule')
    .addHelpText('after', examples('schedules pause nightly'))
    .action((id: string) => start((cli) => pause(cli, id)));
}

export function defineResume(schedules: Command, start: Start): void {
  schedules
    .command('resume')
    .argument('<id>', 'the schedule')
    .description('Lets a schedule fire again; what was due meanwhile is not made up for.')
    .summary('resume a schedule')
    .addHelpText('after', examples('schedules resume nightly'))
    .action((id: string) => start((cli) => resume(cli, id)));
}

async function pause(cli: Cli, id: string): Promise<void> {
  const { client } = await cli.connectServer();
  const schedule = await client.pauseSchedule({ schedule: id });
  cli.answer({ schedule }, () => renderChanged(cli, `Paused the schedule ${schedule.id}`, schedule));
}

async function resume(cli: Cli, id: string): Promise<void> {
  const { client } = await cli.connectServer();
  const schedule = await client.resumeSchedule({ schedule: id });
  cli.answer({ schedule }, () => renderChanged(cli, `Resumed the schedule ${schedule.id}`, schedule));
}
