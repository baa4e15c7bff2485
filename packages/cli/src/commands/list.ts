import type { BackupSort } from '@holdfast/contracts';
import { Option, type Command } from 'commander';
import { listAll } from '../list-all.ts';
import type { Cli } from '../cli.ts';
import { isForeign } from '../foreign.ts';
import { renderBackups, renderProblems } from '../render/backups.ts';
import { counted, formatBytes } from '../render/quantities.ts';
import { sortBackups } from '../sort-backups.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { addFormatOption, wholeNumber } from './parse-flags.ts';

export type ListFlags = {
  readonly sort: BackupSort;
  readonly limit?: number;
  readonly database?: string;
};

export function define(command: Command, start: Start): void {
  addFormatOption(command)
    .addOption(
      new Option('--sort <by>', 'date: newest first; name; size: largest first')
        .choices(['date', 'name', 'size'])
        .default('date'),
    )
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000_000))
    .option('--database <id>', 'of this database alone')
    .addHelpText(
      'after',
      examples('list', 'list --sort size --limit 10', "list --json | jq -r '.backups[0].filename'"),
    )
    .action((flags: ListFlags) => start((cli) => list(cli, flags)));
}

async function list(cli: Cli, { sort, limit, database }: ListFlags): Promise<void> {
  const connection = await cli.connect();
  const filter = database === undefined ? {} : { database };
  // As a server sorts that does not know the parameter yet.
  const query = { ...filter, ...(sort === 'date' ? {} : { sort }) };
  const found = await listAll(connection.client, query, limit);
  const { foreign = [] } = found;
  const shown = sortBackups([...found.backups, ...foreign], sort).slice(0, limit);
  const document = {
    ...found,
    backups: shown.filter((each) => !isForeign(each)),
    ...(foreign.length === 0 ? {} : { foreign: shown.filter(isForeign) }),
  };
  cli.answer(document, () => {
    if (cli.options.quiet) return shown.map(({ filename }) => filename);
    if (shown.length === 0 && found.problems.length === 0) return nothingYet(cli, database);
    const sizeBytes = shown.reduce((sum, backup) => sum + backup.sizeBytes, 0);
    const of = shown.length < found.total + foreign.length ? `${shown.length} of ` : '';
    const others = foreign.length === 0 ? '' : `, ${counted(foreign.length, 'file')} without a manifest`;
    return [
      ...renderBackups(cli, shown),
      cli.style.dim(`${of}${counted(found.total, 'backup')}${others}, ${formatBytes(sizeBytes)}`),
      ...(cli.options.verbose ? renderProblems(cli, found.problems) : []),
    ];
  });
  if (connection.kind === 'server' && !found.historyAvailable && !cli.options.json) {
    cli.note(`${cli.noteStyle.warning('!')} history cannot be reached: little is known of what was proven`);
  }
  if (found.problems.length > 0 && !cli.options.verbose && !cli.options.json) {
    const what = counted(
      found.problems.length,
      'manifest names no usable backup',
      'manifests name no usable backup',
    );
    cli.note(`${cli.noteStyle.warning('!')} ${what}; "backup-admin list --verbose" tells which`);
  }
}

function nothingYet(cli: Cli, database: string | undefined): readonly string[] {
  const of = database === undefined ? '' : ` of ${database}`;
  return [`There are no backups${of} yet.`, `  ${cli.style.dim('next')}  backup-admin create --validate`];
}
