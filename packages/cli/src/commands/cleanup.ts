import { Option, type Command } from 'commander';
import type { RetentionPlan, Run } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import { confirm } from '../confirm.ts';
import { renderDone } from '../render/fields.ts';
import { counted, formatBytes } from '../render/quantities.ts';
import { renderPlans } from '../render/retention-plan.ts';
import type { Start } from '../verbs.ts';
import { ageOf } from './durations.ts';
import { examples } from './examples.ts';

export type CleanupFlags = {
  readonly maxAge?: string;
  readonly olderThan?: string;
  readonly database?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly force?: true;
};

export function define(command: Command, start: Start): void {
  command
    .description('Remove what the policies do not keep. What is protected stays.')
    .option('--max-age <duration>', 'also what is older than this and not protected: 720h, 30d')
    .addOption(new Option('--older-than <duration>', 'the same as --max-age'))
    .option('--database <id>', 'of this database alone')
    .option('--dry-run', 'only say what would be done')
    .option('--yes', 'do not ask')
    .option('--force', 'also when only protected backups would stay')
    .addHelpText(
      'after',
      examples('cleanup --dry-run', 'cleanup --max-age 720h --dry-run', 'cleanup --older-than 30d --yes'),
    )
    .action((flags: CleanupFlags) => start((cli) => cleanup(cli, flags)));
}

async function cleanup(cli: Cli, flags: CleanupFlags): Promise<void> {
  const { maxAge, olderThan, database, dryRun, yes, force } = flags;
  if (maxAge !== undefined && olderThan !== undefined)
    throw usageError('--max-age and --older-than are the same; say one of them.');
  const age = maxAge ?? olderThan;
  const request = {
    ...(age === undefined
      ? {}
      : { maxAgeMs: await ageOf(maxAge === undefined ? '--older-than' : '--max-age', age) }),
    ...(database === undefined ? {} : { database }),
  };
  const connection = await cli.connectServer();
  const { plans } = dryRun || !yes ? await connection.client.planRetention(request) : { plans: [] };
  if (dryRun) {
    return cli.answer({ plans }, () => (cli.options.quiet ? namesOf(plans) : renderPlans(cli, plans)));
  }
  if (!yes) {
    const goes = namesOf(plans);
    if (goes.length === 0) return cli.answer({ plans }, () => ['There is nothing to remove.']);
    cli.print(renderPlans(cli, plans));
    await confirm(cli, {
      headline: `Remove ${counted(goes.length, 'backup')}`,
      steps: [
        `${formatBytes(plans.reduce((sum, { freesBytes }) => sum + freesBytes, 0))} become free`,
        'what is protected or pinned meanwhile stays',
        'this cannot be undone',
      ],
      word: 'remove',
      wordIs: 'the word',
    });
  }
  const { followRun, mustBeCompleted } = await import('../follow/follow-run.ts');
  const asked = await connection.client.createCleanup({ ...request, force: force ?? false });
  answerDone(cli, mustBeCompleted(await followRun(cli, connection, asked), connection.kind));
}

const namesOf = (plans: readonly RetentionPlan[]): readonly string[] =>
  plans.flatMap(({ remove }) => remove.map(({ filename }) => filename));

function answerDone(cli: Cli, run: Run): void {
  const { removed = [], freedBytes = 0, kept = 0, failures = [] } = run.cleanup ?? {};
  const [failed] = failures;
  if (failed) {
    throw new CliError(`${failed.name}: ${failed.error.message}`, {
      code: failed.error.code,
      title: `${counted(failures.length, 'backup')} could not be removed`,
      next: 'they stay in the catalogue and are tried again next time',
      document: { run },
    });
  }
  cli.answer({ run }, () =>
    cli.options.quiet
      ? removed.map(({ filename }) => filename)
      : renderDone(
          removed.length === 0
            ? 'There was nothing to remove'
            : `Removed ${counted(removed.length, 'backup')}`,
          [
            ['freed', removed.length === 0 ? undefined : formatBytes(freedBytes)],
            ['kept', counted(kept, 'backup')],
            ...(cli.options.verbose ? removed.map(({ filename }) => ['removed', filename] as const) : []),
          ],
          'backup-admin list',
          cli,
        ),
  );
}
