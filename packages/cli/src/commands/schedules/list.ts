import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { counted } from '../../render/quantities.ts';
import { renderSchedules } from '../../render/schedules.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineList(schedules: Command, start: Start): void {
  schedules
    .command('list', { isDefault: true })
    .description('Schedules, by id, and when each is due next.')
    .summary('schedules and when they are due')
    .addHelpText('after', examples('schedules list', "schedules list --json | jq -r '.schedules[].id'"))
    .action(() => start(list));
}

async function list(cli: Cli): Promise<void> {
  const { client } = await cli.connectServer();
  const found = await client.listSchedules();
  cli.answer(found, () => {
    if (cli.options.quiet) return found.schedules.map(({ id }) => id);
    if (found.schedules.length === 0) {
      return [
        'There are no schedules yet: nothing is backed up by itself.',
        `  ${cli.style.dim('next')}  backup-admin schedules preset`,
      ];
    }
    const paused = found.schedules.filter(({ enabled }) => !enabled).length;
    const told = paused === 0 ? '' : `, ${paused} paused`;
    return [
      ...renderSchedules(cli, found.schedules),
      cli.style.dim(`${counted(found.schedules.length, 'schedule')}${told}`),
    ];
  });
}
