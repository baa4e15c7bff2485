import type { Cli } from './cli.ts';
import { plainText } from './render/plain-text.ts';
import { CliError } from './cli-error.ts';

export type Question = {
  /** What is about to be done, in one line. */
  readonly headline: string;
  readonly steps: readonly string[];
  /** What has to be typed, word for word. */
  readonly word: string;
  readonly wordIs: string;
};

/** Asks for a word to be typed. Throws confirmation_required where nobody can be asked, cancelled on anything else. */
export async function confirm(cli: Cli, question: Question): Promise<void> {
  const { terminal, noteStyle: style } = cli;
  if (!terminal.canAsk || cli.options.json) {
    throw new CliError(`${question.headline}: that wants a yes, and there is nobody to ask`, {
      code: 'confirmation_required',
      title: 'Nothing was done',
      next: 'say --yes, or call it from a terminal',
    });
  }
  const steps = question.steps.map((step) => `  ${style.accent('·')} ${plainText(step)}`);
  terminal.stderr.write([style.bold(plainText(question.headline)), ...steps, '', ''].join('\n'));
  const typed = await terminal.ask(
    `Type ${question.wordIs} (${style.accent(plainText(question.word))}) to go on: `,
  );
  if (typed?.trim() === question.word) return;
  throw new CliError(
    typed === undefined ? 'The question was not answered' : `"${typed.trim()}" is not "${question.word}"`,
    { code: 'cancelled', title: 'Nothing was done', next: 'call it again, or with --yes' },
  );
}
