import type { Cli } from './cli.ts';
import { plainText } from './render/plain-text.ts';
import { wrap } from './render/width.ts';
import { CliError } from './cli-error.ts';

export type Question = {
  /** What is about to be done, in one line. */
  readonly headline: string;
  readonly steps: readonly string[];
  /** What has to be typed, word for word. */
  readonly word: string;
  readonly wordIs: string;
};

const LEAST_WIDTH = 40;

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
  const width = Math.max(LEAST_WIDTH, terminal.stderr.columns ?? Number.POSITIVE_INFINITY);
  const steps = question.steps.flatMap((step) =>
    wrap(plainText(step), width - 4).map(
      (line, index) => `  ${index === 0 ? style.accent('·') : ' '} ${line}`,
    ),
  );
  const headline = wrap(plainText(question.headline), width).map(style.bold);
  terminal.stderr.write([...headline, ...steps, '', ''].join('\n'));
  const typed = await terminal.ask(
    `Type ${question.wordIs} (${style.accent(plainText(question.word))}) to go on: `,
  );
  if (typed?.trim() === question.word) return;
  throw new CliError(
    typed === undefined ? 'The question was not answered' : `"${typed.trim()}" is not "${question.word}"`,
    { code: 'cancelled', title: 'Nothing was done', next: 'call it again, or with --yes' },
  );
}
