import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDone } from '../../render/fields.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineRetry(notifications: Command, start: Start): void {
  notifications
    .command('retry')
    .argument('<id>', 'the notification')
    .description('Sends a notification again that was given up.')
    .summary('send one again that was given up')
    .addHelpText('after', examples('notifications retry ID'))
    .action((id: string) => start((cli) => retry(cli, id)));
}

async function retry(cli: Cli, id: string): Promise<void> {
  const { client } = await cli.connectServer();
  const delivery = await client.retryNotification({ delivery: id });
  cli.answer({ delivery }, () =>
    cli.options.quiet
      ? [delivery.id]
      : renderDone(
          `It goes to ${delivery.channel} again`,
          [
            ['title', delivery.title],
            ['attempts so far', String(delivery.attempts)],
          ],
          'backup-admin notifications list',
          cli,
        ),
  );
}
