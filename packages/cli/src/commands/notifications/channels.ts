import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderChannels } from '../../render/notifications.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineChannels(notifications: Command, start: Start): void {
  notifications
    .command('channels')
    .description('Channels in force, without what is secret in them.')
    .summary('the channels in force')
    .addHelpText('after', examples('notifications channels', 'notifications channels --json'))
    .action(() => start(channels));
}

async function channels(cli: Cli): Promise<void> {
  const { client } = await cli.connectServer();
  const found = await client.listChannels();
  cli.answer({ channels: found.channels }, () =>
    cli.options.quiet ? found.channels.map(({ id }) => id) : renderChannels(cli, found.channels),
  );
}
