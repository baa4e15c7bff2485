import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import type { ChainVerdict } from '../../audit/verify-chain.ts';
import { renderDone } from '../../render/fields.ts';
import { formatCount } from '../../render/quantities.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

type VerifyFlags = { readonly file?: string; readonly head?: string };

export function defineVerify(audit: Command, start: Start): void {
  audit
    .command('verify')
    .description('Check every link of the chain here, without believing the server.')
    .summary('check every link of the chain')
    .option('--file <file>', 'of an export instead of the server')
    .option('--head <hash>', 'also that this head of an earlier export is still in it: nothing was cut off')
    .addHelpText(
      'after',
      examples('audit verify', 'audit verify --file audit.jsonl', 'audit verify --head HASH'),
    )
    .action((flags: VerifyFlags) => start((cli) => verify(cli, flags)));
}

async function verify(cli: Cli, { file, head }: VerifyFlags): Promise<void> {
  const { verifyChain } = await import('../../audit/verify-chain.ts');
  const verdict = await verifyChain(await source(cli, file), head);
  const next = 'keep an export, and find out who could write to the database of history';
  const broken = (message: string): CliError =>
    new CliError(message, {
      code: 'internal',
      title: 'The audit chain is broken',
      next,
      document: { verdict },
    });
  if (!verdict.verified) throw broken(`At entry ${verdict.brokenAt}: ${verdict.problem}`);
  if (verdict.knownHead === false)
    throw broken('The head that was given is not in it: entries were cut off or made anew');
  cli.answer(verdict, () => (cli.options.quiet ? [verdict.head] : tell(cli, verdict)));
}

const tell = (cli: Cli, { entries, head, knownHead }: Extract<ChainVerdict, { verified: true }>) =>
  renderDone(
    'The chain holds',
    [
      ['entries', formatCount(entries)],
      ['head', head],
      ['head that was given', knownHead ? 'is in it' : undefined],
    ],
    'keep the head elsewhere; audit verify --head HASH',
    cli,
  );

async function source(cli: Cli, file: string | undefined): Promise<AsyncIterable<Uint8Array>> {
  if (file === undefined) {
    const { client } = await cli.connectServer();
    const { body } = await client.exportAudit();
    if (body) return body;
    throw new CliError('The server sent no export', { code: 'gateway_unreachable' });
  }
  return fromFile(file);
}

async function* fromFile(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file);
  } catch (cause) {
    throw new CliError(`${file} cannot be read (${cause instanceof Error ? cause.message : String(cause)})`, {
      code: 'invalid_request',
      next: 'check the path and its rights',
      cause,
    });
  }
}
