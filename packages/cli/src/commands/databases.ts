import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { renderDatabases } from '../render/databases.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { addFormatOption } from './parse-flags.ts';

export function define(command: Command, start: Start): void {
  addFormatOption(command)
    .description(
      'Databases that workers can reach or backups exist of: the last backup, and the last proven restore.',
    )
    .addHelpText('after', examples('databases', "databases --json | jq -r '.databases[].id'"))
    .action(() => start(databases));
}

async function databases(cli: Cli): Promise<void> {
  const connection = await cli.connect();
  const found = await listOf(connection);
  cli.answer({ databases: found }, () => {
    if (cli.options.quiet) return found.map(({ id }) => id);
    if (found.length === 0)
      return [
        'No database is known.',
        `  ${cli.style.dim('next')}  backup-admin init, or set BACKUP_DATABASES for the worker`,
      ];
    return renderDatabases(cli, found, connection.kind);
  });
}

async function listOf(connection: Awaited<ReturnType<Cli['connect']>>) {
  if (connection.kind === 'local') return (await connection.client.getStatus()).databases;
  return (await connection.client.listDatabases()).databases;
}
