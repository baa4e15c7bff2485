import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDeadLetter } from '../../render/dead-letters.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { wholeNumber } from '../parse-flags.ts';

export function defineShow(letters: Command, start: Start): void {
  letters
    .command('show')
    .argument('<sequence>', 'its number', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .description('One dead letter with its event.')
    .summary('one of them with its event')
    .addHelpText('after', examples('dlq show 12', 'dlq show 12 --json | jq .event'))
    .action((sequence: number) => start((cli) => show(cli, sequence)));
}

async function show(cli: Cli, sequence: number): Promise<void> {
  const { client } = await cli.connectServer();
  const letter = await client.getDeadLetter({ sequence });
  cli.answer(letter, () => renderDeadLetter(cli, letter));
}
