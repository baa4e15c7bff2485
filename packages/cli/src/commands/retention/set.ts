import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { usageError } from '../../cli-error.ts';
import { renderDone } from '../../render/fields.ts';
import { describePolicy, whoseText } from '../../render/policies.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { addPolicyFlags, policyOf, type PolicyFlags } from './policy-flags.ts';

type SetFlags = PolicyFlags & { readonly database: string; readonly force?: true };

export function defineSet(retention: Command, start: Start): void {
  addPolicyFlags(retention.command('set'))
    .option('--database <id>', 'a database; without it those that have no policy of their own', '_default')
    .option('--force', 'also when only protected backups would stay')
    .description('Stores the policy of a database, or the default one. It replaces the one before.')
    .summary('store a policy')
    .addHelpText(
      'after',
      examples(
        'retention set --keep-daily 7 --keep-weekly 4 --keep-monthly 12',
        'retention set --database app --max-age 90d --max-count 200',
      ),
    )
    .action((flags: SetFlags) => start((cli) => set(cli, flags)));
}

async function set(cli: Cli, flags: SetFlags): Promise<void> {
  const policy = await policyOf(flags);
  if (!policy) {
    throw usageError('Say what is to stay.', 'backup-admin retention set --keep-daily 7 --keep-weekly 4');
  }
  const { client } = await cli.connectServer();
  const stored = await client.putPolicy({
    ...policy,
    policy: flags.database,
    ...(flags.force ? { force: '1' } : {}),
  });
  cli.answer({ policy: stored }, () =>
    cli.options.quiet
      ? [stored.database]
      : renderDone(
          `Stored the policy of ${whoseText(stored.database)}`,
          [['keeps', describePolicy(stored.policy)]],
          'backup-admin retention plan',
          cli,
        ),
  );
}
