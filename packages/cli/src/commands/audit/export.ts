import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { renderDone } from '../../render/fields.ts';
import { formatBytes, formatCount } from '../../render/quantities.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

type ExportFlags = { readonly output?: string };

export function defineExport(audit: Command, start: Start): void {
  audit
    .command('export')
    .description(
      'The whole chain as JSON lines, oldest first, verified on the way; its last line is the verdict.',
    )
    .summary('the whole chain as JSON lines')
    .option('--output <file>', 'a new file instead of stdout')
    .addHelpText(
      'after',
      examples('audit export --output audit.jsonl', 'audit export | gzip > audit.jsonl.gz'),
    )
    .action((flags: ExportFlags) => start((cli) => exportAudit(cli, flags)));
}

async function exportAudit(cli: Cli, { output }: ExportFlags): Promise<void> {
  const { client } = await cli.connectServer();
  const response = await client.exportAudit();
  const { verifyChain } = await import('../../audit/verify-chain.ts');
  const { openAuditSink } = await import('../../audit/open-audit-sink.ts');
  const sink = await openAuditSink(cli, output);
  try {
    const verdict = await verifyChain(sink.passing(response.body ?? []));
    await sink.keep();
    if (!verdict.verified)
      throw new CliError(`The chain does not hold at entry ${verdict.brokenAt}: ${verdict.problem}`, {
        code: 'internal',
        title: 'The audit was exported, and its chain is broken',
        next: 'keep the export, and find out who could write to the database of history',
      });
    if (sink.path === undefined) return;
    cli.answer({ file: sink.path, ...verdict }, () =>
      cli.options.quiet
        ? [sink.path ?? '']
        : renderDone(
            'The audit is exported, and its chain holds',
            [
              ['file', `${sink.path}, ${formatBytes(sink.bytes())}`],
              ['entries', formatCount(verdict.entries)],
              ['head', verdict.head],
            ],
            'keep the head elsewhere; audit verify --head HASH',
            cli,
          ),
    );
  } finally {
    await sink.close();
  }
}
