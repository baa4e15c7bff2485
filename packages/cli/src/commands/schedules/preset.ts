import type { Command } from 'commander';
import type { ScheduleView } from '@holdfast/contracts';
import type { Cli } from '../../cli.ts';
import { confirm } from '../../confirm.ts';
import { counted } from '../../render/quantities.ts';
import { describeSchedule, renderSchedules } from '../../render/schedules.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

type PresetFlags = { readonly timezone: string; readonly database: string; readonly yes?: true };

export function definePreset(schedules: Command, start: Start): void {
  schedules
    .command('preset')
    .option('--timezone <zone>', 'IANA zone', 'UTC')
    .option('--database <id>', 'a database, or a pattern with * and ?', '*')
    .option('--yes', 'do not ask')
    .description(
      'Adds a start for people without wishes of their own: weekly full, daily differential, hourly incremental.',
    )
    .summary('add weekly full, daily differential, hourly incremental')
    .addHelpText('after', examples('schedules preset', 'schedules preset --timezone Europe/Berlin --yes'))
    .action((flags: PresetFlags) => start((cli) => preset(cli, flags)));
}

/** Those that are there already are left as they are. */
async function preset(cli: Cli, { timezone, database, yes }: PresetFlags): Promise<void> {
  const { client } = await cli.connectServer();
  const { presetForNewcomers } = await import('@holdfast/schedule-rules');
  const there = new Set((await client.listSchedules()).schedules.map(({ id }) => id));
  const wanted = presetForNewcomers(timezone, database).filter(({ id }) => !there.has(id));
  if (!yes && wanted.length > 0) {
    await confirm(cli, {
      headline: `Add ${counted(wanted.length, 'schedule')}`,
      steps: wanted.map((fields) => `${fields.id}: ${describeSchedule(fields)}`),
      word: 'preset',
      wordIs: 'the word',
    });
  }
  const added: ScheduleView[] = [];
  for (const fields of wanted) added.push(await client.createSchedule(fields));
  cli.answer({ schedules: added }, () => {
    if (cli.options.quiet) return added.map(({ id }) => id);
    if (added.length === 0) return ['All of them are there already.'];
    const { accent, bold } = cli.style;
    const headline = `${accent('✓')} ${bold(`Added ${counted(added.length, 'schedule')}`)}`;
    return [headline, ...renderSchedules(cli, added)];
  });
}
