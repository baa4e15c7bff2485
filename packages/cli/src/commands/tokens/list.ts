import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderTokens } from '../../render/tokens.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineList(tokens: Command, start: Start): void {
  tokens
    .command('list', { isDefault: true })
    .description('API tokens with what they allow; never their secrets.')
    .summary('tokens and what they allow')
    .addHelpText('after', examples('tokens list', "tokens list --json | jq -r '.tokens[].id'"))
    .action(() => start(list));
}

async function list(cli: Cli): Promise<void> {
  const { client } = await cli.connectServer();
  const found = await client.listTokens();
  cli.answer(found, () =>
    cli.options.quiet ? found.tokens.map(({ id }) => id) : renderTokens(cli, found.tokens),
  );
}
