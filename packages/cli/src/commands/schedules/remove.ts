import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { confirm } from '../../confirm.ts';
import { renderDone } from '../../render/fields.ts';
import { describeSchedule } from '../../render/schedules.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineRemove(schedules: Command, start: Start): void {
  schedules
    .command('remove')
    .argument('<id>', 'the schedule')
    .option('--yes', 'do not ask')
    .description('Removes a schedule. The backups that it made stay.')
    .summary('remove a schedule')
    .addHelpText('after', examples('schedules remove nightly', 'schedules remove nightly --yes'))
    .action((id: string, { yes }: { readonly yes?: true }) => start((cli) => remove(cli, id, yes ?? false)));
}

async function remove(cli: Cli, id: string, isSure: boolean): Promise<void> {
  const { client } = await cli.connectServer();
  const present = await client.getSchedule({ schedule: id });
  if (!isSure) {
    await confirm(cli, {
      headline: `Remove the schedule ${present.id}`,
      steps: [`no more: ${describeSchedule(present)}`, 'the backups that it made stay'],
      word: present.id,
      wordIs: "the schedule's id",
    });
  }
  const headers = { 'if-match': `"${present.version}"` };
  const schedule = await client.removeSchedule({ schedule: id }, { headers });
  cli.answer({ schedule }, () =>
    cli.options.quiet
      ? [schedule.id]
      : renderDone(`Removed the schedule ${schedule.id}`, [], 'backup-admin schedules list', cli),
  );
}
