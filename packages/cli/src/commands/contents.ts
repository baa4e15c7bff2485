import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { renderContents } from '../render/contents.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

export type ContentsFlags = { readonly file: string; readonly sizes?: boolean };

export function define(command: Command, start: Start): void {
  command
    .requiredOption('--file <name>', 'file name, name or alias of a backup')
    .option('--sizes', "the bytes of each table's data as well: reads, and so checks, all of it")
    .addHelpText(
      'after',
      examples(
        'contents --file NAME',
        'contents --file NAME --sizes',
        'contents --file NAME --json | jq -r \'.entries[] | select(.kind == "TABLE") | .name\'',
      ),
    )
    .action((flags: ContentsFlags) => start((cli) => showContents(cli, flags)));
}

async function showContents(cli: Cli, { file, sizes = false }: ContentsFlags): Promise<void> {
  const connection = await cli.connect();
  const stop = new AbortController();
  const forget = cli.terminal.onInterrupt(() =>
    stop.abort(
      new CliError('It was stopped from the keyboard', { code: 'cancelled', next: 'call it again' }),
    ),
  );
  try {
    if (sizes) cli.note(cli.noteStyle.dim('· reading all of it for the sizes'));
    const asked = { filename: file, ...(sizes ? { sizes: '1' as const } : {}) };
    const contents = await connection.client.getBackupContents(asked, { signal: stop.signal });
    cli.answer(contents, () => renderContents(cli, contents, sizes));
  } finally {
    forget();
  }
}
