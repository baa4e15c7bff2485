import type { Command } from 'commander';
import type { Backup } from '@holdfast/contracts';
import { listAll } from '../list-all.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { validateEach, validateFile } from './validate.ts';

type DrillFlags = { readonly file?: string; readonly database?: string; readonly all?: true };

export function define(command: Command, start: Start): void {
  command
    .description(
      'Restore a backup into a scratch server and compare it with what was backed up: the proof that it restores. Without flags the newest one; the same as validate --level restore.',
    )
    .option('--file <name>', 'file name, name or alias of a backup')
    .option('--database <id>', "this database's newest")
    .option('--all', "every database's newest")
    .addHelpText('after', examples('drill', 'drill --database app', 'drill --all --json', '--local drill'))
    .action((flags: DrillFlags) => start((cli) => drill(cli, flags)));
}

async function drill(cli: Cli, { file, database, all }: DrillFlags): Promise<void> {
  if ([file, database, all].filter((flag) => flag !== undefined).length > 1)
    throw usageError('Say one of --file, --database and --all.', 'backup-admin drill --all');
  const connection = await cli.connect();
  if (file !== undefined) return validateFile(cli, connection, file, 'restore');
  const filter = database === undefined ? {} : { database };
  const { backups } = await listAll(connection.client, filter);
  const newest = newestOfEach(backups);
  const [first] = newest;
  if (!first) {
    throw new CliError(`There is no backup${database === undefined ? '' : ` of ${database}`} to restore`, {
      code: 'backup_not_found',
      title: 'Nothing was proven',
      next: `backup-admin create --validate --level restore${database === undefined ? '' : ` --database ${database}`}`,
    });
  }
  if (all) return validateEach(cli, connection, { level: 'restore', backups: newest, problems: [] });
  return validateFile(cli, connection, first.filename, 'restore');
}

/** Newest first, as the list is; the newest of each database. */
export function newestOfEach(newestFirst: readonly Backup[]): readonly Backup[] {
  const seen = new Set<string>();
  return newestFirst.filter(({ database }) => !seen.has(database) && seen.add(database));
}
