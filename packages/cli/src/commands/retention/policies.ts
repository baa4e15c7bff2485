import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderPolicies } from '../../render/policies.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function definePolicies(retention: Command, start: Start): void {
  retention
    .command('policies')
    .description('The retention policies in force, and where each comes from.')
    .summary('the policies in force')
    .addHelpText('after', examples('retention policies', 'retention policies --json'))
    .action(() => start(policies));
}

async function policies(cli: Cli): Promise<void> {
  const { client } = await cli.connectServer();
  const found = await client.listPolicies();
  cli.answer(found, () =>
    cli.options.quiet ? found.policies.map(({ database }) => database) : renderPolicies(cli, found.policies),
  );
}
