import type { Command } from 'commander';
import type { TokenView } from '@holdfast/contracts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { confirm } from '../../confirm.ts';
import { renderDone } from '../../render/fields.ts';
import { grantText } from '../../render/tokens.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { usersOf } from './users-of.ts';

type RemoveFlags = { readonly yes?: true };

export function defineRemove(users: Command, start: Start): void {
  users
    .command('remove')
    .argument('<name>', 'as "users list" shows it')
    .description('End every token of this name now.')
    .summary('end every token of somebody')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('users remove anna', 'users remove anna --yes --json'))
    .action((name: string, flags: RemoveFlags) => start((cli) => remove(cli, name, flags)));
}

async function remove(cli: Cli, name: string, { yes }: RemoveFlags): Promise<void> {
  const { client } = await cli.connectServer();
  const { tokens } = await client.listTokens();
  const user = usersOf(tokens, cli.terminal.nowMs()).find((each) => each.name === name);
  if (!user) {
    throw new CliError(`No token has the name "${name}"`, {
      code: 'token_not_found',
      next: 'backup-admin users list',
    });
  }
  if (!yes) {
    await confirm(cli, {
      headline: `End every token of ${name} now: ${user.tokens.length}`,
      steps: [
        ...user.grants.map((grant) => `it may: ${grantText(grant)}`),
        'whoever uses one is shut out within seconds, and none can be brought back',
      ],
      word: name,
      wordIs: "the user's name",
    });
  }
  const ended: TokenView[] = [];
  for (const token of user.tokens) ended.push(await client.revokeToken({ token }));
  cli.answer({ tokens: ended }, () =>
    cli.options.quiet
      ? ended.map(({ id }) => id)
      : renderDone(
          `Every token of ${name} is ended`,
          [['ids', ended.map(({ id }) => id).join(' ')]],
          'backup-admin users',
          cli,
        ),
  );
}
