import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { renderDone } from '../../render/fields.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';
import { writeKeyFile } from './write-key-file.ts';

export type GenerateKeyFlags = { readonly output?: string; readonly index?: true };

export function defineGenerate(keys: Command, start: Start): void {
  keys
    .command('generate')
    .description(
      'Make a key pair: the private key goes into a file that nobody else can read, the public one is shown.',
    )
    .summary('make a key pair')
    .option('--output <file>', 'where the key goes [backup.key, index.key]')
    .option('--index', 'an index key instead: incrementals by who has public keys alone')
    .addHelpText(
      'after',
      examples(
        'keys generate',
        'keys generate --output /etc/holdfast/backup.key --json',
        'keys generate --index --output /etc/holdfast/index.key',
      ),
    )
    .action((flags: GenerateKeyFlags) =>
      start((cli) => (flags.index ? index(cli, flags) : pair(cli, flags))),
    );
}

async function pair(cli: Cli, { output = 'backup.key' }: GenerateKeyFlags): Promise<void> {
  const { generateIdentity } = await import('@holdfast/engine');
  const path = resolve(output);
  const { identity, recipient } = await generateIdentity();
  const created = new Date(cli.terminal.nowMs()).toISOString();
  await writeKeyFile(path, `# created: ${created}\n# public key: ${recipient}\n${identity}\n`);
  cli.answer({ identityFile: path, recipient }, () =>
    cli.options.quiet
      ? [recipient]
      : renderDone(
          'A key pair is made',
          [
            ['public key', recipient],
            ['private key', path],
            ['who makes backups', `BACKUP_AGE_RECIPIENTS=${recipient}`],
            ['who restores and validates', `BACKUP_AGE_IDENTITY_FILE=${path}`],
          ],
          'keep a copy of the file elsewhere: without it nobody reads the backups',
          cli,
        ),
  );
}

async function index(cli: Cli, { output = 'index.key' }: GenerateKeyFlags): Promise<void> {
  const { makeIndexKey } = await import('@holdfast/engine');
  const path = resolve(output);
  const { text, fingerprint } = makeIndexKey();
  await writeKeyFile(path, `${text}\n`);
  cli.answer({ indexKeyFile: path, fingerprint }, () =>
    cli.options.quiet
      ? [fingerprint]
      : renderDone(
          'An index key is made',
          [
            ['fingerprint', fingerprint],
            ['key', path],
            ['who makes backups', `BACKUP_INDEX_KEY_FILE=${path}`],
          ],
          'give it to every worker; lost, it costs one full backup',
          cli,
        ),
  );
}
