import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDone } from '../../render/fields.ts';
import { describePolicy, whoseText } from '../../render/policies.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineUnset(retention: Command, start: Start): void {
  retention
    .command('unset')
    .option('--database <id>', 'a database; without it the default policy', '_default')
    .description('Removes a stored policy; the file or the settings are in force again.')
    .summary('remove a stored policy')
    .addHelpText('after', examples('retention unset --database app'))
    .action(({ database }: { readonly database: string }) => start((cli) => unset(cli, database)));
}

async function unset(cli: Cli, database: string): Promise<void> {
  const { client } = await cli.connectServer();
  const policy = await client.removePolicy({ policy: database });
  cli.answer({ policy }, () =>
    cli.options.quiet
      ? [policy.database]
      : renderDone(
          `Removed the policy of ${whoseText(database)}`,
          [
            ['now keeps', describePolicy(policy.policy)],
            [
              'as says',
              { stored: 'the stored default', file: 'the file', environment: 'the settings' }[policy.source],
            ],
          ],
          'backup-admin retention plan',
          cli,
        ),
  );
}
