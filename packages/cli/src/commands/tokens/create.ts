import { Option, type Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { tellNewToken, writeTokenFile } from './tell-new-token.ts';
import type { Start } from '../../verbs.ts';
import { durationOf } from '../durations.ts';
import { examples } from '../examples.ts';
import { grantsOf, type GrantFlags } from './grants-of.ts';

type CreateTokenFlags = GrantFlags & { readonly expires?: string; readonly output?: string };

export function defineCreate(tokens: Command, start: Start): void {
  tokens
    .command('create')
    .argument('<name>', 'for people: who or what uses it')
    .description('Make a token. Its secret is told once; nobody can grant more than he has.')
    .summary('make a token')
    .addOption(new Option('--role <role>', 'what it may do').choices(['viewer', 'operator', 'admin']))
    .option('--permission <name...>', 'single permissions, instead of a role or beside it')
    .option('--database <pattern...>', 'with these databases alone; * and ? are allowed [all]')
    .option('--expires <duration>', 'it ends by itself, for example after 90d [never]')
    .option('--output <file>', 'write the secret into a new file that nobody else can read, and show it not')
    .addHelpText(
      'after',
      examples(
        'tokens create grafana --role viewer --expires 365d',
        'tokens create ci --permission backup:create run:read --database "shop-*"',
        'tokens create cron --role operator --output /etc/holdfast/cron-token',
      ),
    )
    .action((name: string, flags: CreateTokenFlags) => start((cli) => create(cli, name, flags)));
}

async function create(cli: Cli, name: string, flags: CreateTokenFlags): Promise<void> {
  const { permissions } = await import('@holdfast/contracts');
  const grants = grantsOf(flags, permissions);
  const expiresInMs = await durationOf('--expires', flags.expires);
  const { client } = await cli.connectServer();
  const file = flags.output === undefined ? undefined : await writeTokenFile(flags.output);
  try {
    const made = await client.createToken({
      name,
      grants,
      ...(expiresInMs === undefined ? {} : { expiresInMs }),
    });
    await file?.keep(made.token);
    tellNewToken(cli, made, { headline: `The token ${name} is made`, file: file?.path });
  } finally {
    await file?.close();
  }
}
