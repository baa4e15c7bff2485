import { Option, type Command } from 'commander';
import type { OperationInput, Run, ValidationLevel } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Connection } from '../connection.ts';
import { renderDone, renderWarnings, type Field } from '../render/fields.ts';
import { counted, formatBytes, formatSpan } from '../render/quantities.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { selectionOf, type SelectionFlags } from './selection.ts';
import { levels } from './parse-flags.ts';

export type CreateFlags = SelectionFlags & {
  readonly description?: string;
  readonly type?: string;
  readonly database?: string;
  readonly compress?: boolean;
  readonly encrypt?: boolean;
  readonly validate?: true;
  readonly level?: ValidationLevel;
  readonly async?: true;
};

export function define(command: Command, start: Start): void {
  command
    .option('--description <text>', 'why it is made; shown wherever the backup is')
    .option(
      '--type <type>',
      'full, differential, incremental, or a word that says why: manual, migration, … [full]',
    )
    .option('--database <id>', 'which database, where there are several')
    .option('--compress', 'compress it, whatever the settings say')
    .option('--no-compress', 'do not compress it')
    .option('--encrypt', 'encrypt it, whatever the settings say')
    .option('--no-encrypt', 'do not encrypt it')
    .option('--schema <pattern...>', 'only these schemas, as pg_dump takes them')
    .option('--table <pattern...>', 'only these tables')
    .option('--exclude-table-data <pattern...>', 'without the rows of these tables')
    .option('--validate', 'validate it afterwards, whatever the settings say')
    .addOption(
      new Option('--level <level>', 'how closely to validate [structure]; restore is the drill').choices(
        levels,
      ),
    )
    .option('--async', 'do not wait: answer the run')
    .addHelpText(
      'after',
      examples(
        'create --description "before the update" --compress --validate',
        'create --database app --type incremental --encrypt',
        'create --database app --validate --level restore',
        'create --table "sales.*" --exclude-table-data sales.log',
        'create --type migration --async --json',
      ),
    )
    .action((flags: CreateFlags) => start((cli) => create(cli, flags)));
}

async function create(cli: Cli, flags: CreateFlags): Promise<void> {
  const connection = await cli.connect();
  if (flags.async && connection.kind === 'local')
    throw usageError('--async needs the server: a local backup lives in this process.', 'leave --async out');
  const { isTerminal } = await import('@holdfast/contracts');
  const asked = await connection.client.createBackup(requestOf(flags));
  if (flags.async && !isTerminal(asked.state)) return answerAccepted(cli, asked);
  const { followRun, mustBeCompleted } = await import('../follow/follow-run.ts');
  const run = mustBeCompleted(await followRun(cli, connection, asked), connection.kind);
  const validation =
    run.validationRun === undefined ? undefined : await followValidation(cli, connection, run);
  cli.answer({ run, ...(validation ? { validation } : {}) }, () =>
    renderBackup(cli, run, validation, connection.kind),
  );
}

/** `--type` speaks two vocabularies: what kind of backup, and why it is made. */
export function requestOf(flags: CreateFlags): OperationInput<'createBackup'> {
  const { description, type, database, compress, encrypt, validate, level } = flags;
  const isKind = type === 'full' || type === 'differential' || type === 'incremental';
  return {
    ...(description === undefined ? {} : { description }),
    ...(type === undefined ? {} : isKind ? { type } : { trigger: type }),
    ...(database === undefined ? {} : { database }),
    ...selectionOf(flags),
    ...(encrypt === undefined ? {} : { encrypt }),
    ...(compress === undefined ? {} : { compression: compress ? 'zstd' : 'none' }),
    ...(validate || level !== undefined ? { validate: level ?? 'structure' } : {}),
  };
}

/** Long enough for a busy validator to pick the event up. */
const VALIDATOR_WAIT_MS = 15_000;

/** The validation that follows. The backup is there whatever comes of it, and the failure says so. */
async function followValidation(cli: Cli, connection: Connection, backup: Run): Promise<Run> {
  const { failureOf } = await import('@holdfast/contracts');
  const { followRun, mustBeCompleted } = await import('../follow/follow-run.ts');
  const { shortId } = await import('../follow/short-id.ts');
  const { assertGood } = await import('../follow/assert-good.ts');
  const id = backup.validationRun ?? '';
  const expected: Run = {
    id,
    kind: 'validation',
    state: 'requested',
    attempt: 0,
    failures: 0,
    requestedAt: backup.requestedAt,
  };
  try {
    const options = { appearsWithinMs: VALIDATOR_WAIT_MS };
    const run = mustBeCompleted(await followRun(cli, connection, expected, options), connection.kind);
    assertGood([run], { run: backup, validation: run });
    return run;
  } catch (error) {
    const { code, message } = failureOf(error);
    if (code !== 'run_not_found') throw withBackup(error, backup);
    throw new CliError(
      `${backup.backup?.filename ?? 'The backup'} is made, but nobody began to validate it`,
      {
        code: 'no_worker',
        title: 'The backup is not validated',
        next: `start a validator, then: backup-admin runs show ${shortId(id)} --watch`,
        document: { run: backup },
        cause: new Error(message, { cause: error }),
      },
    );
  }
}

const withBackup = (error: unknown, run: Run): unknown => {
  if (!(error instanceof CliError)) return error;
  const { code, message, title, next, document } = error;
  const told = title ?? 'The backup is made, but its validation failed';
  return new CliError(message, { code, title: told, next, document: { ...document, run }, cause: error });
};

function answerAccepted(cli: Cli, run: Run): void {
  cli.answer({ run }, () =>
    cli.options.quiet
      ? [run.id]
      : renderDone(
          'The backup is asked for',
          [['run', run.id]],
          `backup-admin runs show ${run.id.slice(-8)} --watch`,
          cli,
        ),
  );
}

function renderBackup(
  cli: Cli,
  run: Run,
  validation: Run | undefined,
  place: Connection['kind'],
): readonly string[] {
  const { backup } = run;
  if (!backup) return [`${run.id} ${run.state}`];
  if (cli.options.quiet) return [backup.filename];
  const verdict = validation?.validation;
  const size = `${formatBytes(backup.rawBytes)} in ${formatSpan(backup.durationMs)}`;
  const stored = backup.sizeBytes < backup.rawBytes ? `, ${formatBytes(backup.sizeBytes)} stored` : '';
  const detail: readonly Field[] = cli.options.verbose
    ? [
        ['description', backup.description || undefined],
        ['sha256', backup.sha256],
        ['run', run.id],
      ]
    : [];
  const flag = place === 'local' ? ' --local' : '';
  return [
    ...renderDone(
      `Backed up ${backup.databaseName}: ${size}${stored}`,
      [
        ['file', backup.filename],
        ['builds on', backup.parent],
        ['content', `${counted(backup.tablesCount, 'table')}, ${counted(backup.rowsCount, 'row')}`],
        [
          'validation',
          verdict ? `${verdict.verdict} (${verdict.level}, ${formatSpan(verdict.durationMs)})` : undefined,
        ],
        ...detail,
      ],
      verdict
        ? `backup-admin${flag} restore --file ${backup.name}`
        : `backup-admin${flag} validate --file ${backup.name}`,
      cli,
    ),
    ...renderWarnings(backup.warnings, cli),
  ];
}
