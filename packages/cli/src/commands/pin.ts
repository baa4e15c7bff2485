import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import { renderDone } from '../render/fields.ts';
import type { Start } from '../verbs.ts';
import { durationOf } from './durations.ts';
import { examples } from './examples.ts';

type PinFlags = { readonly file: string; readonly reason?: string; readonly until?: string };

export function define(command: Command, start: Start): void {
  command
    .description('Keep a backup whatever the policies say.')
    .requiredOption('--file <name>', 'file name, name or alias of a backup')
    .option('--reason <text>', 'why; shown wherever it stands in the way')
    .option('--until <when>', 'a date, a time, or from now on: 2027-01-01, 90d [for ever]')
    .addHelpText(
      'after',
      examples('pin --file NAME --reason "end of year"', 'pin --file NAME --until 90d', 'unpin --file NAME'),
    )
    .action((flags: PinFlags) => start((cli) => pin(cli, flags)));
}

async function pin(cli: Cli, { file, reason, until }: PinFlags): Promise<void> {
  const end = until === undefined ? undefined : await endOf(until, cli.terminal.nowMs());
  const { client } = await cli.connectServer();
  const pinned = await client.pinBackup({
    filename: file,
    ...(reason === undefined ? {} : { reason }),
    ...(end === undefined ? {} : { until: end }),
  });
  cli.answer(pinned, () =>
    cli.options.quiet
      ? [pinned.name]
      : renderDone(
          `Pinned ${pinned.name}`,
          [
            ['until', pinned.pin?.until ?? 'it is unpinned'],
            ['reason', pinned.pin?.reason || undefined],
          ],
          `backup-admin unpin --file ${pinned.name}`,
          cli,
        ),
  );
}

async function endOf(text: string, nowMs: number): Promise<string> {
  if (/^\d{4}-\d\d-\d\d([T ].*)?$/.test(text) && Number.isFinite(Date.parse(text))) {
    return new Date(text).toISOString();
  }
  const ms = await durationOf('--until', text);
  if (ms !== undefined && ms > 0) return new Date(nowMs + ms).toISOString();
  throw usageError(`--until "${text}" is neither a date nor a duration.`, 'write it as 2027-01-01 or 90d');
}
