import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderKeys } from '../../render/keys.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineShow(keys: Command, start: Start): void {
  keys
    .command('show', { isDefault: true })
    .description('Whom the settings encrypt to, and whether this process reads it. Never a private key.')
    .summary('whom the settings encrypt to, and who reads')
    .addHelpText('after', examples('keys show', "keys show --json | jq -r '.keys.recipients[]'"))
    .action(() => start(show));
}

async function show(cli: Cli): Promise<void> {
  const { readKeys } = await import('../../local/local-keys.ts');
  const keys = await readKeys(cli.options, cli.terminal.env);
  cli.answer({ keys }, () => (cli.options.quiet ? keys.recipients : renderKeys(keys, cli)));
}
