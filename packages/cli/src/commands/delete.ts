import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { confirm } from '../confirm.ts';
import { isForeign } from '../foreign.ts';
import { renderDone } from '../render/fields.ts';
import { formatAge, formatBytes } from '../render/quantities.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';

export type DeleteFlags = { readonly file: string; readonly yes?: true; readonly force?: true };

export function define(command: Command, start: Start): void {
  command
    .requiredOption('--file <name>', 'file name, name or alias of a backup')
    .option('--yes', 'do not ask')
    .option('--force', 'also when it is the last good backup of its database')
    .addHelpText(
      'after',
      examples('delete --file NAME', 'delete --file NAME --yes --json', 'delete --file NAME --force'),
    )
    .action((flags: DeleteFlags) => start((cli) => deleteBackup(cli, flags)));
}

async function deleteBackup(cli: Cli, { file, yes, force }: DeleteFlags): Promise<void> {
  const connection = await cli.connectServer();
  if (!yes) {
    const backup = await connection.client.getBackup({ filename: file });
    const age = formatAge(backup.createdAt, cli.terminal.nowMs());
    const what = `Delete ${backup.filename} (${formatBytes(backup.sizeBytes)}, ${age})`;
    await confirm(
      cli,
      isForeign(backup)
        ? {
            headline: what,
            steps: ['It has no manifest: nobody knows what is in it', 'this cannot be undone'],
            word: backup.filename,
            wordIs: "the file's name",
          }
        : {
            headline: `${what} of ${backup.database}`,
            steps: [
              backup.lastProvenAt === undefined
                ? 'It was never proven by a drill'
                : 'It was proven by a drill',
              'this cannot be undone',
            ],
            word: backup.database,
            wordIs: "the database's id",
          },
    );
  }
  const { followRun, mustBeCompleted } = await import('../follow/follow-run.ts');
  const asked = await connection.client.deleteBackup(
    { filename: file, ...(force ? { force: 'true' } : {}) },
    { respondAsync: true },
  );
  const run = mustBeCompleted(await followRun(cli, connection, asked), connection.kind);
  const filename = run.removal?.filename ?? file;
  cli.answer({ run }, () =>
    cli.options.quiet
      ? [filename]
      : renderDone(
          `Deleted ${filename}`,
          [['freed', formatBytes(run.removal?.freedBytes ?? 0)]],
          'backup-admin list',
          cli,
        ),
  );
}
