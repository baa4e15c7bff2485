import { Option, type Command } from 'commander';
import type { Run, ValidationLevel } from '@holdfast/contracts';
import { listAll } from '../list-all.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Connection } from '../connection.ts';
import { counted } from '../render/quantities.ts';
import { renderFindings, renderLooked, renderVerdict, type Looked } from '../render/validation.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { levels } from './parse-flags.ts';

export type ValidateFlags = {
  readonly file?: string;
  readonly all?: true;
  readonly level?: ValidationLevel;
};

export function define(command: Command, start: Start): void {
  command
    .option('--file <name>', 'file name, name or alias of a backup')
    .option('--all', 'every backup there is, one after the other')
    .addOption(
      new Option(
        '--level <level>',
        'checksum: every byte; structure: parsed to its end; restore: the drill [structure]',
      ).choices(levels),
    )
    .addHelpText(
      'after',
      examples(
        'validate --file NAME',
        'validate --file NAME --level restore',
        'validate --all --level checksum --json',
      ),
    )
    .action((flags: ValidateFlags) => start((cli) => validate(cli, flags)));
}

async function validate(cli: Cli, flags: ValidateFlags): Promise<void> {
  const { file, all, level = 'structure' } = flags;
  if ((file === undefined) === (all === undefined)) {
    throw usageError('Name one backup with --file, or take --all.', 'backup-admin validate --file NAME');
  }
  const connection = await cli.connect();
  if (file !== undefined) return validateFile(cli, connection, file, level);
  const { backups, foreign = [], problems } = await listAll(connection.client);
  return validateEach(cli, connection, { level, backups: [...backups, ...foreign], problems });
}

/** One backup, to its verdict; an invalid one is a failure. */
export async function validateFile(
  cli: Cli,
  connection: Connection,
  file: string,
  level: ValidationLevel,
): Promise<void> {
  const run = await validateOne(cli, connection, file, level);
  const { assertGood } = await import('../follow/assert-good.ts');
  const result = run.validation;
  if (result?.verdict === 'invalid') cli.print(renderFindings(cli, result));
  assertGood([run], { run });
  const flag = connection.kind === 'local' ? ' --local' : '';
  cli.answer({ run }, () => (result ? renderVerdict(cli, result, flag) : [`${run.id} ${run.state}`]));
}

async function validateOne(
  cli: Cli,
  connection: Connection,
  filename: string,
  level: ValidationLevel,
): Promise<Run> {
  const { followRun, mustBeCompleted } = await import('../follow/follow-run.ts');
  const asked = await connection.client.createValidation({ filename, level });
  return mustBeCompleted(await followRun(cli, connection, asked), connection.kind);
}

type Wanted = {
  readonly level: ValidationLevel;
  readonly backups: readonly { readonly filename: string }[];
  readonly problems: readonly { readonly key: string; readonly error: { readonly message: string } }[];
};

/** One after the other, each to its verdict; one that cannot be looked at ends it only after the others. */
export async function validateEach(
  cli: Cli,
  connection: Connection,
  { level, backups, problems }: Wanted,
): Promise<void> {
  const { failureOf } = await import('@holdfast/contracts');
  const { assertGood } = await import('../follow/assert-good.ts');
  const looked: Looked[] = [];
  for (const [index, backup] of backups.entries()) {
    cli.note(cli.noteStyle.dim(`${index + 1} of ${backups.length}  ${backup.filename}`));
    try {
      looked.push({ backup, run: await validateOne(cli, connection, backup.filename, level) });
    } catch (error) {
      const run = error instanceof CliError ? (error.document['run'] as Run | undefined) : undefined; // put there by mustBeCompleted
      if (!run || failureOf(error).code === 'cancelled') throw error;
      looked.push({ backup, run });
    }
  }
  const runs = looked.map(({ run }) => run);
  cli.print(renderLooked(cli, looked));
  assertGood(runs, { runs, problems });
  assertAllLookedAt(runs, problems);
  const { accent, bold } = cli.style;
  const headline = `${accent('✓')} ${bold(`${counted(runs.length, 'backup')} looked at, all good`)}`;
  cli.answer({ runs, problems }, () => (cli.options.quiet ? [] : [headline]));
}

function assertAllLookedAt(
  runs: readonly Run[],
  problems: readonly { readonly key: string; readonly error: { readonly message: string } }[],
): void {
  const failed = runs.find((run) => run.error);
  const document = { runs, problems };
  if (failed?.error) {
    const { code, message } = failed.error;
    throw new CliError(message, { code, title: 'Not every backup could be looked at', document });
  }
  const [unreadable] = problems;
  if (!unreadable) return;
  throw new CliError(`${unreadable.key}: ${unreadable.error.message}`, {
    code: 'manifest_invalid',
    title: `${counted(problems.length, 'manifest')} cannot be read`,
    next: 'backup-admin list --verbose',
    document,
  });
}
