import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDone } from '../../render/fields.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { wholeNumber } from '../parse-flags.ts';

export function defineRetry(letters: Command, start: Start): void {
  letters
    .command('retry')
    .argument('<sequence>', 'its number', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .description('Give the event to its handler again, and to nobody else; the letter goes.')
    .summary('give the event to its handler again')
    .addHelpText('after', examples('dlq retry 12', 'dlq retry 12 --json'))
    .action((sequence: number) => start((cli) => retry(cli, sequence)));
}

async function retry(cli: Cli, sequence: number): Promise<void> {
  const { client } = await cli.connectServer();
  const letter = await client.retryDeadLetter({ sequence });
  cli.answer({ deadLetter: letter }, () =>
    cli.options.quiet
      ? [String(letter.sequence)]
      : renderDone(
          `${letter.durable} gets it again`,
          [
            ['event', letter.type],
            ['subject', letter.subject],
            ['it was given up for', `${letter.reason.code}: ${letter.reason.message}`],
          ],
          'backup-admin dlq list, to see whether it comes back',
          cli,
        ),
  );
}
