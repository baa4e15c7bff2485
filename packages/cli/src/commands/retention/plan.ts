import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderPlans } from '../../render/retention-plan.ts';
import type { Start } from '../../verbs.ts';
import { ageOf } from '../durations.ts';
import { examples } from '../examples.ts';
import { addPolicyFlags, policyOf, type PolicyFlags } from './policy-flags.ts';

type PlanFlags = PolicyFlags & { readonly database?: string; readonly olderThan?: string };

export function definePlan(retention: Command, start: Start): void {
  addPolicyFlags(retention.command('plan', { isDefault: true }))
    .option('--database <id>', 'of this database alone')
    .option('--older-than <duration>', 'as cleanup --older-than would do it')
    .description('What a clean-up would keep and remove now, and why. Nothing is done.')
    .summary('what a clean-up would keep and remove')
    .addHelpText(
      'after',
      examples(
        'retention plan',
        'retention plan --database app --keep-daily 7',
        'retention plan --older-than 720h --json',
      ),
    )
    .action((flags: PlanFlags) => start((cli) => plan(cli, flags)));
}

async function plan(cli: Cli, flags: PlanFlags): Promise<void> {
  const { database, olderThan } = flags;
  const policy = await policyOf(flags);
  const maxAgeMs = olderThan === undefined ? undefined : await ageOf('--older-than', olderThan);
  const { client } = await cli.connectServer();
  const found = await client.planRetention({
    ...(database === undefined ? {} : { database }),
    ...(policy ? { policy } : {}),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  });
  cli.answer(found, () =>
    cli.options.quiet
      ? found.plans.flatMap(({ remove }) => remove.map(({ filename }) => filename))
      : renderPlans(cli, found.plans),
  );
}
