import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { confirm } from '../../confirm.ts';
import { renderDone } from '../../render/fields.ts';
import { formatAge } from '../../render/quantities.ts';
import { grantText } from '../../render/tokens.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

type RevokeFlags = { readonly yes?: true };

export function defineRevoke(tokens: Command, start: Start): void {
  tokens
    .command('revoke')
    .argument('<token>', 'its id, as "tokens list" shows it')
    .description('End a token now. Whoever uses it is shut out within seconds.')
    .summary('end a token now')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('tokens revoke 0123456789abcdef', 'tokens revoke ID --yes --json'))
    .action((token: string, flags: RevokeFlags) => start((cli) => revoke(cli, token, flags)));
}

async function revoke(cli: Cli, token: string, { yes }: RevokeFlags): Promise<void> {
  const { client } = await cli.connectServer();
  if (!yes) {
    const { tokens } = await client.listTokens();
    const found = tokens.find(({ id }) => id === token);
    const used =
      found?.lastUsedAt === undefined
        ? 'it was never used'
        : `it was last used ${formatAge(found.lastUsedAt, cli.terminal.nowMs())}`;
    await confirm(cli, {
      headline: `End the token ${found?.name ?? token} now`,
      steps: [
        ...(found ? [`it may: ${found.grants.map(grantText).join('; ')}`, used] : []),
        'whoever uses it is shut out within seconds, and it cannot be brought back',
      ],
      word: found?.name ?? token,
      wordIs: "the token's name",
    });
  }
  const view = await client.revokeToken({ token });
  cli.answer({ token: view }, () =>
    cli.options.quiet
      ? [view.id]
      : renderDone(`The token ${view.name} is ended`, [['id', view.id]], 'backup-admin tokens list', cli),
  );
}
