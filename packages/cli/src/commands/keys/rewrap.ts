import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { CliError, usageError } from '../../cli-error.ts';
import { confirm } from '../../confirm.ts';
import type { RewrapOutcome, RewrapPlan } from '../../local/local-keys.ts';
import { renderDone, renderWarnings } from '../../render/fields.ts';
import { counted, formatBytes } from '../../render/quantities.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export type RewrapFlags = {
  readonly file?: string;
  readonly all?: true;
  readonly recipients: readonly string[];
  readonly yes?: true;
};

export function defineRewrap(keys: Command, start: Start): void {
  keys
    .command('rewrap')
    .description(
      'Give encrypted backups other recipients: new headers around the same data keys. It takes nothing back from who could read the old files. Needs a private key that reads them. In a bucket, what reads an old file at that moment fails and has to be repeated.',
    )
    .summary('give encrypted backups other recipients')
    .option('--file <name>', 'a backup, and those that it belongs together with')
    .option('--all', 'every encrypted backup there is')
    .requiredOption(
      '--recipients <keys>',
      'public keys, apart by commas: all who read it from now on',
      collect,
    )
    .option('--yes', 'do not ask, even when this process reads them no longer')
    .addHelpText(
      'after',
      examples(
        'keys rewrap --file NAME --recipients age1…',
        'keys rewrap --all --recipients age1…,age1… --json',
      ),
    )
    .action((flags: RewrapFlags) => start((cli) => rewrap(cli, flags)));
}

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

const REVOKES_NOTHING =
  'whoever could read the old files may have kept them, or their data keys: to shut somebody out, back up again';

async function rewrap(cli: Cli, { file, all, recipients, yes }: RewrapFlags): Promise<void> {
  if ((file === undefined) === (all === undefined))
    throw usageError(
      'Name one backup with --file, or take --all.',
      'backup-admin keys rewrap --file NAME --recipients age1…',
    );
  const { performRewrap, planRewrap } = await import('../../local/local-keys.ts');
  const plan = await planRewrap(cli.options, cli.terminal.env, { file, recipients });
  if (!plan.readsAfterwards && !yes && plan.backups.length > 0) await confirmLoss(cli, plan);
  const stop = new AbortController();
  const { HoldfastError } = await import('@holdfast/contracts');
  const forget = cli.terminal.onInterrupt(() =>
    stop.abort(
      new HoldfastError(
        'cancelled',
        'Interrupted; the backup under way keeps its recipients. Call it again to go on.',
      ),
    ),
  );
  try {
    const outcome = await performRewrap(plan, stop.signal, ({ backup }, number) => {
      const size = formatBytes(backup.sizeBytes);
      cli.note(cli.noteStyle.dim(`${number} of ${plan.backups.length}  ${backup.filename}  ${size}`));
    });
    tell(cli, plan, outcome);
  } finally {
    forget();
  }
}

const confirmLoss = (cli: Cli, { backups, recipients }: RewrapPlan): Promise<void> =>
  confirm(cli, {
    headline: `Give ${counted(backups.length, 'backup')} recipients whose private keys are not here`,
    steps: [
      `this process reads them no longer, and cannot undo it: ${recipients.join(' ')} alone can`,
      REVOKES_NOTHING,
    ],
    word: 'rewrap',
    wordIs: 'the word',
  });

function tell(cli: Cli, { recipients }: RewrapPlan, outcome: RewrapOutcome): void {
  const { changed, unchanged, failed, warnings } = outcome;
  const document = { recipients, ...outcome };
  const [first] = failed;
  if (first) {
    cli.print(failed.map(({ filename, error }) => `${cli.style.danger('✗')} ${filename}  ${error.message}`));
    throw new CliError(first.error.message, {
      code: first.error.code,
      title: `${counted(failed.length, 'backup')} of ${changed.length + unchanged.length + failed.length} kept the recipients`,
      document,
    });
  }
  cli.answer(document, () => {
    if (cli.options.quiet) return changed;
    const had = `${counted(unchanged.length, 'backup')} had these recipients already`;
    if (changed.length === 0)
      return [unchanged.length === 0 ? 'No backup is encrypted.' : `Nothing was done: ${had}.`];
    return [
      ...renderDone(
        `${counted(changed.length, 'backup')} got other recipients`,
        [
          ['read from now on by', recipients.join(' ')],
          ['unchanged', unchanged.length > 0 ? had : undefined],
          ['takes nothing back', REVOKES_NOTHING],
        ],
        'backup-admin keys show',
        cli,
      ),
      ...renderWarnings(warnings, cli),
    ];
  });
}
