import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { Start } from '../verbs.ts';
import { durationOf } from './durations.ts';
import { examples } from './examples.ts';

export type MonitorFlags = { readonly interval: string };

const LEAST_INTERVAL_MS = 1_000;

export function define(command: Command, start: Start): void {
  command
    .description(
      'A live view of databases, runs, health and events. Where nobody looks, a line every interval and one for each event. Ends with q or Ctrl-C.',
    )
    .option(
      '--interval <duration>',
      'how often the status is read; events and progress come by themselves',
      '30s',
    )
    .addHelpText('after', examples('monitor', 'monitor --interval 5s', 'monitor --interval 5m >> backup.log'))
    .action((flags: MonitorFlags) => start((cli) => monitor(cli, flags)));
}

async function monitor(cli: Cli, { interval }: MonitorFlags): Promise<void> {
  const intervalMs = (await durationOf('--interval', interval)) ?? 0;
  if (intervalMs < LEAST_INTERVAL_MS)
    throw usageError('--interval is too short: the server has more to do.', 'take at least 1s');
  const connection = await cli.connectServer();
  const { watch } = await import('../monitor/watch.ts');
  await watch(cli, connection, intervalMs);
}
