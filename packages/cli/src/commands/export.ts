import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { Connection } from '../connection.ts';
import type { Copied, Wanted } from '../export/copy-backup.ts';
import { isForeign, type Listed } from '../foreign.ts';
import { renderDone } from '../render/fields.ts';
import { formatBytes, formatSpan } from '../render/quantities.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

export type ExportFlags = {
  readonly file: string;
  readonly output: string;
  readonly force?: true;
  readonly asIs?: true;
  readonly encryptTo?: readonly string[];
};

export function define(command: Command, start: Start): void {
  command
    .requiredOption('--file <name>', 'file name, name or alias of a backup')
    .requiredOption('--output <path>', 'a file, a folder, or - for stdout')
    .option('--force', 'replace a file that is there')
    .option('--as-is', 'the stored file, although it needs its parents or a key')
    .option(
      '--encrypt-to <recipient>',
      'encrypt the file to an age public key, age1…; may be given again',
      (recipient: string, before: readonly string[] | undefined) => [...(before ?? []), recipient],
    )
    .addHelpText(
      'after',
      examples(
        'export --file NAME --output /mnt/usb/',
        'export --file NAME --output app.dump.zst --force',
        'export --file NAME --output - | zstd -d | pg_restore --list',
        '--local export --file NAME --output /mnt/usb/ --encrypt-to age1…',
      ),
    )
    .action((flags: ExportFlags) => start((cli) => exportBackup(cli, flags)));
}

async function exportBackup(cli: Cli, flags: ExportFlags): Promise<void> {
  const { file, output, force = false, asIs = false, encryptTo = [] } = flags;
  refuseWhatCannotBe(cli, flags);
  const recipients =
    encryptTo.length > 0 ? (await import('@holdfast/engine')).parseRecipients(encryptTo.join('\n')) : [];
  const connection = await cli.connect();
  const backup = await connection.client.getBackup({ filename: file });
  const wanted = { output, force, asIs, recipients };
  const { restoreHint } = await import('../export/restore-hint.ts');
  const startedMs = cli.terminal.nowMs();
  const copied = await copy(cli, connection, backup, wanted);
  if (output === '-') return;
  const { path, sizeBytes, sha256, content, resumedAtBytes } = copied;
  const took = formatSpan(cli.terminal.nowMs() - startedMs);
  cli.answer({ filename: backup.filename, output: path, content, sizeBytes, sha256, resumedAtBytes }, () =>
    cli.options.quiet
      ? [path]
      : renderDone(
          `Exported ${backup.filename}${describe(copied, recipients)}: ${formatBytes(sizeBytes)} in ${took}${resumed(copied)}, checked`,
          [
            ['file', path],
            ['sha256', sha256],
          ],
          restoreHint(copied.filename, path) ?? needs(backup),
          cli,
        ),
  );
}

async function copy(cli: Cli, { client }: Connection, backup: Listed, wanted: Wanted): Promise<Copied> {
  if (isForeign(backup))
    return (await import('../export/copy-foreign.ts')).copyForeign(cli, client, backup, wanted);
  return (await import('../export/copy-backup.ts')).copyBackup(cli, client, backup, wanted);
}

function refuseWhatCannotBe(cli: Cli, { output, asIs, encryptTo }: ExportFlags): void {
  if (asIs && encryptTo)
    throw usageError('--as-is leaves the file as it is, --encrypt-to does not.', 'leave one of them out');
  if (output !== '-') return;
  if (cli.options.json) throw usageError('--output - and --json both want stdout.', 'leave one of them out');
  if (cli.terminal.stdout.isTTY)
    throw usageError('A backup is not for a terminal.', 'give --output a file, or pipe it on');
}

function describe({ content }: Copied, recipients: readonly string[]): string {
  const made = content === 'standalone' ? ' as a full backup' : '';
  return recipients.length > 0 ? `${made}, encrypted` : made;
}

const resumed = ({ resumedAtBytes }: Copied): string =>
  resumedAtBytes > 0 ? `, ${formatBytes(resumedAtBytes)} of it from before` : '';

/** The format is standard, so the file alone is enough; but a part of a chain is not. */
const needs = (backup: Listed): string | undefined =>
  isForeign(backup) || backup.parent === undefined
    ? undefined
    : `backup-admin export --file ${backup.parent} --as-is: it is read together with that`;
