import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { lineOf } from '../../render/event-line.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineLog(runs: Command, start: Start): void {
  runs
    .command('log <run>')
    .description('Everything that was told of a run, in order.')
    .summary('what was told of a run')
    .addHelpText(
      'after',
      examples('runs log 1a2b3c4d', "runs log 1a2b3c4d --json | jq -r '.events[].event.type'"),
    )
    .action((run: string) => start((cli) => log(cli, run)));
}

async function log(cli: Cli, given: string): Promise<void> {
  const { client } = await cli.connectServer();
  const { resolveRun } = await import('../../server/resolve-run.ts');
  const told = await client.getRunLog({ run: await resolveRun(client, given) });
  cli.answer(told, () => [
    ...(told.isWhole ? [] : [cli.style.dim('The stream no longer has the beginning of this run.')]),
    ...told.events.map(({ sequence, event }) => lineOf(cli, { kind: 'event', sequence, event })),
  ]);
}
