import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDueTimes } from '../../render/schedules.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { wholeNumber } from '../parse-flags.ts';

export function defineNext(schedules: Command, start: Start): void {
  schedules
    .command('next')
    .argument('<id>', 'the schedule')
    .option('--count <n>', 'so many', wholeNumber(1, 1_000), 10)
    .description('When a schedule is due next, in its own zone and in UTC.')
    .summary('when a schedule is due')
    .addHelpText('after', examples('schedules next nightly', 'schedules next nightly --count 3 --json'))
    .action((id: string, { count }: { readonly count: number }) => start((cli) => next(cli, id, count)));
}

async function next(cli: Cli, id: string, count: number): Promise<void> {
  const { client } = await cli.connectServer();
  const [schedule, { dueAt }] = await Promise.all([
    client.getSchedule({ schedule: id }),
    client.previewSchedule({ schedule: id, count }),
  ]);
  cli.answer({ schedule: id, dueAt }, () => {
    if (cli.options.quiet) return dueAt;
    if (dueAt.length === 0) return [`The schedule ${id} is never due again.`];
    const paused = schedule.enabled ? [] : [`${cli.style.warning('!')} it is paused, so nothing fires`];
    return [...renderDueTimes(cli, schedule, dueAt), ...paused];
  });
}
