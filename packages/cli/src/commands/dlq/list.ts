import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDeadLetters } from '../../render/dead-letters.ts';
import { counted } from '../../render/quantities.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { wholeNumber } from '../parse-flags.ts';

type ListFlags = { readonly limit: number };

export function defineList(letters: Command, start: Start): void {
  letters
    .command('list', { isDefault: true })
    .description('Dead letters, newest first.')
    .summary('dead letters, newest first')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000), 20)
    .addHelpText('after', examples('dlq list', "dlq list --json | jq -r '.deadLetters[].reason.code'"))
    .action((flags: ListFlags) => start((cli) => list(cli, flags)));
}

async function list(cli: Cli, flags: ListFlags): Promise<void> {
  const { client } = await cli.connectServer();
  const found = await client.listDeadLetters(flags);
  const { deadLetters, total } = found;
  cli.answer(found, () => {
    if (cli.options.quiet) return deadLetters.map(({ sequence }) => String(sequence));
    const [newest] = deadLetters;
    if (!newest) return ['There are no dead letters: every event was dealt with.'];
    const of = deadLetters.length < total ? `${deadLetters.length} of ` : '';
    return [
      ...renderDeadLetters(cli, deadLetters),
      cli.style.dim(`${of}${counted(total, 'dead letter')}`),
      `  ${cli.style.dim('next')}  backup-admin dlq show ${newest.sequence}`,
    ];
  });
}
