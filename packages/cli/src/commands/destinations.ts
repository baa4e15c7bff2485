import type { Command } from 'commander';
import type { DestinationView } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { renderDestinations } from '../render/destinations.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { addFormatOption } from './parse-flags.ts';

export function define(command: Command, start: Start): void {
  addFormatOption(command)
    .description(
      'Where backups and their copies rest: whether they can be written, and the room there is. With --local each is asked now by a real write.',
    )
    .addHelpText('after', examples('destinations', '--local destinations', 'destinations --json'))
    .action(() => start(destinations));
}

async function destinations(cli: Cli): Promise<void> {
  const found = cli.options.local ? await askEach(cli) : await fromWatch(cli);
  cli.answer({ destinations: found }, () =>
    cli.options.quiet ? found.map(({ id }) => id) : renderDestinations(cli, found),
  );
}

async function askEach(cli: Cli): Promise<readonly DestinationView[]> {
  const { checkDestinations } = await import('../local/check-destinations.ts');
  return checkDestinations(cli.options, cli.terminal.env);
}

/** The scheduler's watch writes to each; the gateway knows the primary one at first hand. */
async function fromWatch(cli: Cli): Promise<readonly DestinationView[]> {
  const { client } = await cli.connectServer();
  return (await client.listDestinations({})).destinations;
}
