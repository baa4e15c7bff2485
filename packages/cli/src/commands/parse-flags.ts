import { InvalidArgumentError, Option, type Command } from 'commander';

/** For commander: a whole number of at least `least` and at most `most`. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };

export const levels = ['checksum', 'structure', 'restore'] as const;

/** `--format json` is `--json` under the name that existing scripts use. */
export const addFormatOption = (command: Command): Command =>
  command
    .addOption(new Option('--format <format>', 'table, or json as --json [table]').choices(['table', 'json']))
    .on('option:format', (format: string) => {
      if (format === 'json') command.parent?.setOptionValue('json', true);
    });
