import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { tellNewToken, writeTokenFile } from './tell-new-token.ts';

type RotateFlags = { readonly overlap?: string; readonly output?: string };

export function defineRotate(tokens: Command, start: Start): void {
  tokens
    .command('rotate')
    .argument('<token>', 'its id, as "tokens list" shows it')
    .description('Make a token with the same grants; the old one ends after the overlap.')
    .summary('replace a token by a new one')
    .option('--overlap <duration>', 'how long both work, at most 30d [24h]')
    .option('--output <file>', 'write the secret into a new file that nobody else can read, and show it not')
    .addHelpText('after', examples('tokens rotate 0123456789abcdef', 'tokens rotate ID --overlap 1h'))
    .action((token: string, flags: RotateFlags) => start((cli) => rotate(cli, token, flags)));
}

async function rotate(cli: Cli, token: string, { overlap, output }: RotateFlags): Promise<void> {
  const { client } = await cli.connectServer();
  const file = output === undefined ? undefined : await writeTokenFile(output);
  try {
    const made = await client.rotateToken({ token, ...(overlap === undefined ? {} : { overlap }) });
    await file?.keep(made.token);
    tellNewToken(cli, made, {
      headline: `The token ${made.view.name} has a successor; the old one ends in ${overlap ?? '24h'}`,
      file: file?.path,
    });
  } finally {
    await file?.close();
  }
}
