import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderUsers } from '../../render/users.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { usersOf } from './users-of.ts';

export function defineList(users: Command, start: Start): void {
  users
    .command('list', { isDefault: true })
    .description('Who has tokens, what they allow, and when one was last used.')
    .summary('who has tokens, and what for')
    .addHelpText('after', examples('users list', "users list --json | jq -r '.users[].name'"))
    .action(() => start(list));
}

async function list(cli: Cli): Promise<void> {
  const { client } = await cli.connectServer();
  const users = usersOf((await client.listTokens()).tokens, cli.terminal.nowMs());
  cli.answer({ users }, () => (cli.options.quiet ? users.map(({ name }) => name) : renderUsers(cli, users)));
}
