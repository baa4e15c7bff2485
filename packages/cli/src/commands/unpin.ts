import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { renderDone } from '../render/fields.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

export function define(command: Command, start: Start): void {
  command
    .description('Leave a backup to the policies again.')
    .requiredOption('--file <name>', 'file name, name or alias of a backup')
    .addHelpText('after', examples('unpin --file NAME'))
    .action(({ file }: { readonly file: string }) => start((cli) => unpin(cli, file)));
}

async function unpin(cli: Cli, file: string): Promise<void> {
  const { client } = await cli.connectServer();
  const { name } = await client.unpinBackup({ filename: file });
  cli.answer({ name }, () =>
    cli.options.quiet
      ? [name]
      : renderDone(`${name} is left to the policies again`, [], 'backup-admin retention plan', cli),
  );
}
