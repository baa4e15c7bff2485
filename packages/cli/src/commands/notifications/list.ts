import { Option, type Command } from 'commander';
import type { DeliveryRecord } from '@holdfast/contracts';
import type { Cli } from '../../cli.ts';
import { renderDeliveries } from '../../render/notifications.ts';
import { counted } from '../../render/quantities.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { wholeNumber } from '../parse-flags.ts';

type ListFlags = { readonly state?: DeliveryRecord['state']; readonly limit: number };

export function defineList(notifications: Command, start: Start): void {
  notifications
    .command('list', { isDefault: true })
    .addOption(new Option('--state <state>', 'dead: it was given up').choices(['pending', 'sent', 'dead']))
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000), 20)
    .description('Notifications of the last 30 days, newest first.')
    .summary('what was told, newest first')
    .addHelpText('after', examples('notifications list', 'notifications list --state dead --json'))
    .action((flags: ListFlags) => start((cli) => list(cli, flags)));
}

async function list(cli: Cli, flags: ListFlags): Promise<void> {
  const { client } = await cli.connectServer();
  const found = await client.listNotifications(flags);
  const { deliveries, total } = found;
  cli.answer(found, () => {
    if (cli.options.quiet) return deliveries.map(({ id }) => id);
    if (deliveries.length === 0) return ['There are no such notifications.'];
    const of = deliveries.length < total ? `${deliveries.length} of ` : '';
    const dead = deliveries.find(({ state }) => state === 'dead');
    return [
      ...renderDeliveries(cli, deliveries),
      cli.style.dim(`${of}${counted(total, 'notification')}`),
      ...(dead ? [`  ${cli.style.dim('next')}  backup-admin notifications retry ${dead.id}`] : []),
    ];
  });
}
