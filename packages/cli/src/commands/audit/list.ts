import { Option, type Command } from 'commander';
import type { AuditRecord } from '@holdfast/contracts';
import type { Cli } from '../../cli.ts';
import { renderAudit } from '../../render/audit.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { wholeNumber } from '../parse-flags.ts';
import { momentOf } from '../moments.ts';

type ListFlags = {
  readonly who?: string;
  readonly action?: string;
  readonly outcome?: AuditRecord['outcome'];
  readonly target?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly cursor?: string;
};

export function defineList(audit: Command, start: Start): void {
  audit
    .command('list', { isDefault: true })
    .description('Who did what, newest first.')
    .summary('who did what, newest first')
    .option('--who <name>', 'by this caller alone')
    .option('--action <operation>', 'this operation alone, for example createRestore')
    .addOption(
      new Option('--outcome <outcome>', 'what became of it').choices(['asked', 'done', 'refused', 'failed']),
    )
    .option('--target <name>', 'about this file, schedule or token alone')
    .option('--since <when>', 'from a time on, or a duration ago: 7d')
    .option('--until <when>', 'before a time, or a duration ago')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 500), 20)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .addHelpText(
      'after',
      examples('audit list', 'audit list --outcome refused --since 24h', 'audit list --target NAME --json'),
    )
    .action((flags: ListFlags) => start((cli) => list(cli, flags)));
}

async function list(cli: Cli, { since, until, ...filters }: ListFlags): Promise<void> {
  const nowMs = cli.terminal.nowMs();
  const from = await momentOf('--since', since, nowMs);
  const to = await momentOf('--until', until, nowMs);
  const { client } = await cli.connectServer();
  const page = await client.listAudit({
    ...filters,
    ...(from === undefined ? {} : { since: from }),
    ...(to === undefined ? {} : { until: to }),
  });
  cli.answer(page, () => {
    if (cli.options.quiet) return page.entries.map(({ number }) => String(number));
    if (page.entries.length === 0) return ['Nothing like that is on record.'];
    const more =
      page.nextCursor === undefined ? [] : [cli.style.dim(`older ones: --cursor ${page.nextCursor}`)];
    return [...renderAudit(cli, page.entries), ...more];
  });
}
