import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { confirm } from '../../confirm.ts';
import { renderDone } from '../../render/fields.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { wholeNumber } from '../parse-flags.ts';

type RemoveFlags = { readonly yes?: true };

export function defineRemove(letters: Command, start: Start): void {
  letters
    .command('remove')
    .argument('<sequence>', 'its number', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .description('Throw a dead letter away: its handler never gets the event.')
    .summary('throw one away')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('dlq remove 12', 'dlq remove 12 --yes'))
    .action((sequence: number, flags: RemoveFlags) => start((cli) => remove(cli, sequence, flags)));
}

async function remove(cli: Cli, sequence: number, { yes }: RemoveFlags): Promise<void> {
  const { client } = await cli.connectServer();
  if (!yes) {
    const { durable, type = 'an event', subject, reason } = await client.getDeadLetter({ sequence });
    await confirm(cli, {
      headline: `Throw dead letter ${sequence} away`,
      steps: [
        `${durable} never gets ${type}${subject === undefined ? '' : ` of ${subject}`}`,
        `it was given up for ${reason.code}: ${reason.message}`,
        'this cannot be undone',
      ],
      word: String(sequence),
      wordIs: 'its number',
    });
  }
  const letter = await client.removeDeadLetter({ sequence });
  cli.answer({ deadLetter: letter }, () =>
    cli.options.quiet
      ? [String(letter.sequence)]
      : renderDone(`Dead letter ${letter.sequence} is gone`, [], 'backup-admin dlq list', cli),
  );
}
