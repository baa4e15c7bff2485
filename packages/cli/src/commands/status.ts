import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { renderStatus } from '../render/status.ts';
import { renderStatusDetail } from '../render/status-detail.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { addFormatOption } from './parse-flags.ts';

export type StatusFlags = { readonly detailed?: true };

export function define(command: Command, start: Start): void {
  addFormatOption(command)
    .option('--detailed', 'every process and setting too')
    .addHelpText('after', examples('status', 'status --detailed', "status --json | jq -r '.health.overall'"))
    .action((flags: StatusFlags) => start((cli) => status(cli, flags)));
}

async function status(cli: Cli, flags: StatusFlags): Promise<void> {
  const connection = await cli.connect();
  const found = await connection.client.getStatus();
  cli.answer(found, () =>
    cli.options.quiet
      ? [found.health.overall]
      : [
          ...renderStatus(cli, found, connection),
          ...(flags.detailed || cli.options.verbose ? renderStatusDetail(cli, found) : []),
        ],
  );
}
