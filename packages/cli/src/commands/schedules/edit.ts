import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { usageError } from '../../cli-error.ts';
import { renderChanged } from '../../render/schedules.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { addScheduleFlags, fieldsOf, type ScheduleFlags } from './schedule-flags.ts';

export function defineEdit(schedules: Command, start: Start): void {
  addScheduleFlags(schedules.command('edit').argument('<id>', 'the schedule'))
    .description('Changes what the flags name; if somebody else changed it meanwhile, nothing is done.')
    .summary('change a schedule')
    .addHelpText(
      'after',
      examples(
        'schedules edit nightly --rule "daily at 04:30"',
        'schedules edit nightly --blackout 08:00-18:00@mon,tue,wed,thu,fri',
      ),
    )
    .action((id: string, flags: ScheduleFlags) => start((cli) => edit(cli, id, flags)));
}

async function edit(cli: Cli, id: string, flags: ScheduleFlags): Promise<void> {
  const { options, ...fields } = await fieldsOf(flags);
  if (!options && Object.keys(fields).length === 0) {
    throw usageError('Say what is to change.', `backup-admin schedules edit ${id} --rule "daily at 04:30"`);
  }
  const { client } = await cli.connectServer();
  const { version, state: _state, nextDueAt: _due, ...present } = await client.getSchedule({ schedule: id });
  const {
    id: _id,
    managedBy: _by,
    createdAt: _at,
    updatedAt: _on,
    updatedBy: _who,
    activeSince: _since,
    ...before
  } = present;
  const changed = { ...before, ...fields, options: { ...before.options, ...options } };
  // Two who edit at once: the second sees that, instead of undoing what the first did.
  const headers = { 'if-match': `"${version}"` };
  const schedule = await client.updateSchedule({ schedule: id, ...changed }, { headers });
  cli.answer({ schedule }, () => renderChanged(cli, `Changed the schedule ${schedule.id}`, schedule));
}
