import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { usageError } from '../../cli-error.ts';
import { renderChanged } from '../../render/schedules.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { addScheduleFlags, fieldsOf, type ScheduleFlags } from './schedule-flags.ts';

type AddFlags = ScheduleFlags & { readonly paused?: true };

export function defineAdd(schedules: Command, start: Start): void {
  addScheduleFlags(schedules.command('add').argument('<id>', 'lower-case letters, digits, - and _'))
    .option('--paused', 'add it without letting it fire')
    .description('Adds a schedule.')
    .summary('add a schedule')
    .addHelpText(
      'after',
      examples(
        'schedules add nightly --rule "daily at 03:00" --timezone Europe/Berlin',
        'schedules add hourly --rule @hourly --type incremental --database app',
        'schedules add drill --rule "weekly on sunday at 06:00" --action drill',
      ),
    )
    .action((id: string, flags: AddFlags) => start((cli) => add(cli, id, flags)));
}

async function add(cli: Cli, id: string, flags: AddFlags): Promise<void> {
  const { rule, ...fields } = await fieldsOf(flags);
  if (rule === undefined) {
    throw usageError(
      'A schedule needs a --rule.',
      `backup-admin schedules add ${id} --rule "daily at 03:00"`,
    );
  }
  const { client } = await cli.connectServer();
  const schedule = await client.createSchedule({
    id,
    rule,
    ...fields,
    ...(flags.paused ? { enabled: false } : {}),
  });
  cli.answer({ schedule }, () => renderChanged(cli, `Added the schedule ${schedule.id}`, schedule));
}
