import type { Command } from 'commander';
import type { RetentionPolicy } from '@holdfast/contracts';
import type { BackupFacts } from '@holdfast/retention-policy';
import { listAll } from '../../list-all.ts';
import type { Cli } from '../../cli.ts';
import { usageError } from '../../cli-error.ts';
import type { Connection } from '../../connection.ts';
import { renderSimulation } from '../../render/simulation.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { wholeNumber } from '../parse-flags.ts';
import { cadenceOf, factsOf } from './history-of.ts';
import { addPolicyFlags, policyOf, type PolicyFlags } from './policy-flags.ts';

type SimulateFlags = PolicyFlags & {
  readonly database?: string;
  readonly madeUp?: string;
  readonly fullEvery: number;
};

const DAY_MS = 86_400_000;

export function defineSimulate(retention: Command, start: Start): void {
  addPolicyFlags(retention.command('simulate'))
    .option('--made-up <history>', 'a made-up one: daily:365, hourly:30, 6h:90 (how often, how many days)')
    .option('--full-every <n>', 'of a made-up history: each n-th is a full one', wholeNumber(1, 1_000), 1)
    .option('--database <id>', 'which database, where there are several')
    .description(
      'Plays a policy over the backups there are, or over a made-up history, one clean-up a day, and draws what would remain. Nothing is done.',
    )
    .summary('play a policy over a history and draw what remains')
    .addHelpText(
      'after',
      examples(
        'retention simulate --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --made-up daily:365',
        'retention simulate --database app --policy "keep-daily=14, keep-yearly=3"',
        '--local retention simulate --max-age 30d',
      ),
    )
    .action((flags: SimulateFlags) => start((cli) => simulateIt(cli, flags)));
}

async function simulateIt(cli: Cli, flags: SimulateFlags): Promise<void> {
  const now = new Date(cli.terminal.nowMs());
  const given = await policyOf(flags);
  const { madeUp } = flags;
  if (madeUp !== undefined && !given) {
    throw usageError(
      'Say which policy is to be played.',
      `backup-admin retention simulate --keep-daily 7 --keep-weekly 4 --made-up ${madeUp}`,
    );
  }
  const { simulate } = await import('@holdfast/retention-policy');
  const { database, history, inForce } =
    madeUp === undefined ? await realHistory(cli, flags.database, given) : await invented(madeUp, flags, now);
  const policy = given ?? inForce;
  if (!policy) throw usageError('Say which policy is to be played.', 'add --keep-daily 7 --keep-weekly 4');
  const [first] = history.map(({ createdAt }) => Date.parse(createdAt)).toSorted((a, b) => a - b);
  const firstMs = first ?? now.getTime();
  const days = Math.max(1, Math.ceil((now.getTime() - firstMs) / DAY_MS) + 1);
  // Whole days back from now, so that the last clean-up is now.
  const from = new Date(now.getTime() - days * DAY_MS);
  const played = simulate({ policy, history, from, days, database });
  const document = {
    database,
    policy,
    made: history.length,
    kept: played.left.map(({ name }) => name),
    days: played.days,
    last: played.last,
  };
  cli.answer(document, () =>
    cli.options.quiet
      ? played.left.map(({ name }) => name)
      : renderSimulation(cli, { database, history, played }),
  );
}

type Played = {
  readonly database: string;
  readonly history: readonly BackupFacts[];
  readonly inForce?: RetentionPolicy | undefined;
};

async function invented(text: string, { fullEvery }: SimulateFlags, now: Date): Promise<Played> {
  const { madeUpHistory } = await import('@holdfast/retention-policy');
  const cadence = await cadenceOf(text, now);
  return { database: 'made up', history: madeUpHistory({ ...cadence, fullEvery }) };
}

/** The catalogue of the server, or with `--local` of the repository itself. */
async function realHistory(
  cli: Cli,
  wanted: string | undefined,
  given: RetentionPolicy | undefined,
): Promise<Played> {
  const connection = await cli.connect();
  const filter = wanted === undefined ? {} : { database: wanted };
  const { backups } = await listAll(connection.client, filter);
  const databases = [...new Set(backups.map(({ database }) => database))].sort();
  const [database, another] = databases;
  if (database === undefined) {
    throw usageError('There are no backups to play it over.', 'make a history up: --made-up daily:365');
  }
  if (another !== undefined) {
    throw usageError(
      `There are backups of ${databases.join(', ')}.`,
      `say which: backup-admin retention simulate --database ${database}`,
    );
  }
  const inForce = given ? undefined : await policyInForce(connection, database);
  return { database, history: factsOf(backups), inForce };
}

async function policyInForce(connection: Connection, database: string): Promise<RetentionPolicy | undefined> {
  if (connection.kind === 'local') return undefined;
  const { policies } = await connection.client.listPolicies();
  const found =
    policies.find((each) => each.database === database) ??
    policies.find((each) => each.database === '_default');
  return found?.policy;
}
