import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Backup } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Sink } from '../export/file-sink.ts';
import { rateMeter } from '../follow/rate-meter.ts';
import { progressView } from '../follow/progress-view.ts';
import { renderDone } from '../render/fields.ts';
import { formatBytes, formatSpan } from '../render/quantities.ts';
import type { ServerConnection } from '../connection.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

export type ExportFlags = { readonly file: string; readonly output: string; readonly force?: boolean };

export function define(command: Command, start: Start): void {
  command
    .requiredOption('--file <name>', 'file name, name or alias of a backup')
    .requiredOption('--output <path>', 'a file, a folder, or - for stdout')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      examples(
        'export --file NAME --output /mnt/usb/',
        'export --file NAME --output app.dump.zst --force',
        'export --file NAME --output - | zstd -d | pg_restore --list',
      ),
    )
    .action((flags: ExportFlags) => start((cli) => exportBackup(cli, flags)));
}

async function exportBackup(cli: Cli, { file, output, force = false }: ExportFlags): Promise<void> {
  const toPipe = output === '-';
  if (toPipe && cli.options.json)
    throw usageError('--output - and --json both want stdout.', 'leave one of them out');
  if (toPipe && cli.terminal.stdout.isTTY)
    throw usageError('A backup is not for a terminal.', 'give --output a file, or pipe it on');
  const connection = await cli.connectServer();
  const backup = await connection.client.getBackup({ filename: file });
  const { openFileSink, openPipeSink } = await import('../export/file-sink.ts');
  const path = toPipe ? '-' : await pathFor(output, backup.filename);
  const sink = toPipe ? openPipeSink(cli.terminal.stdout) : await openFileSink({ path, force, ...backup });
  const startedMs = cli.terminal.nowMs();
  const resumedAt = sink.position;
  try {
    await copy(cli, connection, backup, sink);
  } finally {
    await sink.close();
  }
  if (toPipe) return;
  const { filename, sizeBytes, sha256 } = backup;
  const took = formatSpan(cli.terminal.nowMs() - startedMs);
  const resumed = resumedAt > 0 ? `, ${formatBytes(resumedAt)} of it from before` : '';
  cli.answer({ filename, output: path, sizeBytes, sha256, resumedAtBytes: resumedAt }, () =>
    cli.options.quiet
      ? [path]
      : renderDone(
          `Exported ${filename}: ${formatBytes(sizeBytes)} in ${took}${resumed}, checked`,
          [
            ['file', path],
            ['sha256', sha256],
          ],
          restoreWithoutUs(backup, path),
          cli,
        ),
  );
}

async function copy(cli: Cli, connection: ServerConnection, backup: Backup, sink: Sink): Promise<void> {
  const { download } = await import('../export/download.ts');
  const view = progressView(cli, 'backup');
  const stop = new AbortController();
  const forget = cli.terminal.onInterrupt(() =>
    stop.abort(
      new CliError('It was stopped from the keyboard', {
        code: 'cancelled',
        title: 'The export was stopped',
        next: 'call it again: it goes on where it stopped',
      }),
    ),
  );
  const rateOf = rateMeter(cli.terminal.nowMs);
  const show = (position: number): void =>
    view.progress({
      phase: 'copying',
      rawBytes: position,
      storedBytes: position,
      estimatedBytes: backup.sizeBytes,
      bytesPerSecond: rateOf(position),
    });
  show(sink.position);
  try {
    await download(connection.client, backup, sink, { signal: stop.signal, onBytes: show });
  } finally {
    forget();
    view.end();
  }
}

async function pathFor(output: string, filename: string): Promise<string> {
  const isFolder = await stat(output).then(
    (found) => found.isDirectory(),
    () => output.endsWith('/'), // not there: a slash says what it was meant to be, and writing says what is wrong
  );
  return isFolder ? join(output, filename) : output;
}

/** The format is standard, so the file alone is enough. */
function restoreWithoutUs({ compression, encrypted }: Backup, path: string): string {
  if (encrypted) return `age -d -i KEY ${path} > FILE`;
  const unpack = { zstd: `zstd -dc ${path} | `, gzip: `gunzip -c ${path} | `, none: '' }[compression];
  return `${unpack}pg_restore -d NEWDB${compression === 'none' ? ` ${path}` : ''}`;
}
