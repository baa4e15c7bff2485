import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import { renderMessages, renderRoutes } from '../render/notifications.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

export function define(command: Command, start: Start): void {
  command
    .description('Routes: which events are told through which channels.')
    .addHelpText(
      'after',
      examples('routes', 'routes test backup.failed', 'routes test backup.failed --database app'),
    );
  command
    .command('list', { isDefault: true })
    .description('The routes in force.')
    .summary('the routes in force')
    .addHelpText('after', examples('routes list', 'routes list --json'))
    .action(() => start(list));
  command
    .command('test')
    .argument('<event>', 'an event type such as backup.failed')
    .option('--database <id>', 'as if it were of this database')
    .description('What an example of an event would send, and to whom. Nothing is sent.')
    .summary('what an event would send to whom')
    .addHelpText('after', examples('routes test backup.failed', 'routes test health.changed --json'))
    .action((event: string, { database }: { readonly database?: string }) =>
      start((cli) => test(cli, event, database)),
    );
}

async function list(cli: Cli): Promise<void> {
  const { client } = await cli.connectServer();
  const { routes } = await client.listChannels();
  cli.answer({ routes }, () => (cli.options.quiet ? routes.map(({ id }) => id) : renderRoutes(cli, routes)));
}

async function test(cli: Cli, event: string, database: string | undefined): Promise<void> {
  const { eventTypes, isEventType } = await import('@holdfast/contracts');
  if (!isEventType(event)) {
    const family = event.split('.')[0] ?? '';
    const near = eventTypes.filter((type) => type.startsWith(`${family}.`));
    throw usageError(
      `There is no event "${event}".`,
      `for example ${(near.length === 0 ? ['backup.completed', 'backup.failed'] : near).join(', ')}`,
    );
  }
  const { client } = await cli.connectServer();
  const found = await client.previewNotifications({
    type: event,
    ...(database === undefined ? {} : { database }),
  });
  cli.answer(found, () =>
    cli.options.quiet
      ? found.messages.map(({ channel }) => channel)
      : found.messages.length === 0
        ? [`No route takes ${event}: nobody would be told.`]
        : renderMessages(cli, found.messages),
  );
}
