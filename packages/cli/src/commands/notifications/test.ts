import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDone } from '../../render/fields.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineTest(notifications: Command, start: Start): void {
  notifications
    .command('test')
    .argument('<channel>', 'its id, as "notifications channels" shows it')
    .description('Sends a test message through a channel now.')
    .summary('send a test message')
    .addHelpText('after', examples('notifications test slack', 'notifications test email --json'))
    .action((channel: string) => start((cli) => test(cli, channel)));
}

async function test(cli: Cli, channel: string): Promise<void> {
  const { client } = await cli.connectServer();
  const delivery = await client.testChannel({ channel });
  cli.answer({ delivery }, () =>
    cli.options.quiet
      ? [delivery.state]
      : renderDone(`${delivery.channel} took a test message`, [['kind', delivery.kind]], undefined, cli),
  );
}
