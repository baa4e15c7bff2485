import { Option, type Command } from 'commander';
import type { OperationInput, RestoreMode, RestoreResult, Run, Status } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import { confirm } from '../confirm.ts';
import type { Connection } from '../connection.ts';
import { isForeign, type Listed } from '../foreign.ts';
import { renderDone, renderWarnings } from '../render/fields.ts';
import { counted, formatAge, formatBytes, formatSpan } from '../render/quantities.ts';
import { describeRestore } from '../restore-plan.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { selectionOf, type SelectionFlags } from './selection.ts';

export type RestoreFlags = Pick<SelectionFlags, 'schema' | 'table'> & {
  readonly file: string;
  readonly yes?: true;
  readonly safetyBackup?: boolean;
  readonly mode?: RestoreMode;
  readonly to?: string;
  readonly database?: string;
  readonly keepExtra?: true;
  readonly trustFile?: true;
  readonly withRoles?: true;
};

export function define(command: Command, start: Start): void {
  command
    .requiredOption('--file <name>', 'file name, name or alias of a backup')
    .option('--yes', 'do not ask')
    .option('--safety-backup', 'back up first what is there [yes]')
    .option('--no-safety-backup', 'do not')
    .addOption(
      new Option(
        '--mode <mode>',
        'swap: build beside it, then exchange; in-place: in one transaction; new: another database [swap]',
      ).choices(['swap', 'in-place', 'new']),
    )
    .option('--to <name>', 'with --mode new: the database to make')
    .option('--database <id>', "where to [the backup's own database]")
    .option('--keep-extra', 'with --mode in-place: leave objects alone that the backup does not know')
    .option('--schema <name...>', 'only these schemas; with --mode new or in-place')
    .option('--table <name...>', 'only these tables, as schema.table')
    .option('--with-roles', 'make roles that the server lacks, as the backup knows them; never as superusers')
    .option('--trust-file', 'give what a file without a manifest brings all rights of the connection')
    .addHelpText(
      'after',
      examples(
        'restore --file NAME',
        'restore --file NAME --yes --safety-backup',
        'restore --file NAME --mode new --to app_copy',
        'restore --file NAME --mode in-place --table sales.orders',
        '--local restore --file NAME        with every server down',
      ),
    )
    .action((flags: RestoreFlags) => start((cli) => restore(cli, flags)));
}

async function restore(cli: Cli, flags: RestoreFlags): Promise<void> {
  const request = requestOf(flags);
  const connection = await cli.connect();
  if (!flags.yes) await askFirst(cli, connection, request);
  const { followRun, mustBeCompleted } = await import('../follow/follow-run.ts');
  const asked = await connection.client.createRestore(request);
  const run = mustBeCompleted(await followRun(cli, connection, asked), connection.kind);
  cli.answer({ run }, () =>
    run.restore
      ? renderRestore(cli, run, run.restore, { place: connection.kind, keepExtra: flags.keepExtra ?? false })
      : [run.state],
  );
}

/** Throws a usage error for flags that do not go together: half-understood, a restore could do what nobody meant. */
export function requestOf(flags: RestoreFlags): OperationInput<'createRestore'> {
  const { file, safetyBackup, to, database, keepExtra, trustFile, withRoles } = flags;
  const mode = flags.mode ?? (to === undefined ? 'swap' : 'new');
  if (mode === 'new' && to === undefined)
    throw usageError('--mode new needs the name of the database to make.', 'add --to NAME');
  if (mode !== 'new' && to !== undefined)
    throw usageError(`--to goes with --mode new, not with --mode ${mode}.`, 'leave one of them out');
  if (mode !== 'in-place' && keepExtra)
    throw usageError(`--keep-extra goes with --mode in-place, not with --mode ${mode}.`, 'leave it out');
  if (mode === 'swap' && (flags.schema ?? flags.table))
    throw usageError(
      'A part of a backup does not take the place of a whole database.',
      'add --mode in-place, or --to NAME',
    );
  return {
    filename: file,
    mode,
    ...(safetyBackup === undefined ? {} : { safetyBackup }),
    ...(to === undefined ? {} : { newDatabaseName: to }),
    ...(database === undefined ? {} : { database }),
    ...(keepExtra ? { keepExtra } : {}),
    ...selectionOf(flags),
    ...(trustFile ? { trustFile } : {}),
    ...(withRoles ? { withRoles } : {}),
  };
}

async function askFirst(
  cli: Cli,
  connection: Connection,
  request: OperationInput<'createRestore'>,
): Promise<void> {
  const { filename, mode = 'swap', safetyBackup = true, keepExtra = false, newDatabaseName } = request;
  const { trustFile = false } = request;
  const backup = await connection.client.getBackup({ filename });
  const { databases, configuration } = await connection.client.getStatus();
  const databaseName = newDatabaseName ?? targetOf(backup, request.database, databases);
  const age = formatAge(backup.createdAt, cli.terminal.nowMs());
  await confirm(cli, {
    headline: `Restore ${backup.filename} (${formatBytes(backup.sizeBytes)}, ${age}) into database "${databaseName}" (${connection.place})`,
    steps: describeRestore({
      databaseName,
      mode,
      safetyBackup,
      keepExtra,
      foreign: isForeign(backup) ? { trustFile } : undefined,
      canUndo: connection.kind === 'server',
      validateFirst: configuration.validateBeforeRestore,
    }),
    word: databaseName,
    wordIs: "the database's name",
  });
}

/** PostgreSQL's name of the database that is replaced: the named one, the backup's own, or the only one. */
function targetOf(backup: Listed, named: string | undefined, databases: Status['databases']): string {
  const id = named ?? backup.database;
  const known = databases.find((database) => database.id === id);
  if (known) return known.name;
  if (!isForeign(backup)) return backup.databaseName;
  if (id !== undefined) return id;
  const [only, another] = databases;
  if (only && !another) return only.name;
  throw usageError(
    `${backup.filename} does not say which database it is of.`,
    `add --database with one of ${databases.map((database) => database.id).join(', ') || 'those configured'}`,
  );
}

function renderRestore(
  cli: Cli,
  run: Run,
  result: RestoreResult,
  { place, keepExtra }: { readonly place: Connection['kind']; readonly keepExtra: boolean },
): readonly string[] {
  if (cli.options.quiet) return [result.databaseName];
  // With objects that the backup does not know, or without a manifest, there is nothing to compare with.
  const compared = keepExtra || result.compared === false ? '' : ', compared: no difference';
  const kept =
    result.previousDatabaseName !== undefined && result.keptUntil !== undefined
      ? `"${result.previousDatabaseName}", dropped ${formatAge(result.keptUntil, cli.terminal.nowMs())}`
      : undefined;
  return [
    ...renderDone(
      `Restored ${result.databaseName} from ${result.filename} in ${formatSpan(result.durationMs)}`,
      [
        [
          'content',
          `${counted(result.tablesCount, 'table')}, ${counted(result.rowsCount, 'row')}${compared}`,
        ],
        ['safety backup', result.safetyBackup],
        ['previous', kept],
        ['run', cli.options.verbose ? run.id : undefined],
      ],
      nextStep(run, result, place),
      cli,
    ),
    ...renderWarnings(result.warnings, cli),
  ];
}

function nextStep(run: Run, result: RestoreResult, place: Connection['kind']): string {
  if (result.previousDatabaseName !== undefined && place === 'server')
    return `look at it; "backup-admin undo --run ${run.id.slice(-8)}" brings the previous content back`;
  if (result.safetyBackup !== undefined) {
    const flag = place === 'local' ? ' --local' : '';
    return `look at it; "backup-admin${flag} restore --file ${result.safetyBackup}" goes back`;
  }
  return 'look at it';
}
