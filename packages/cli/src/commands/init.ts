import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import { renderDone } from '../render/fields.ts';
import type { Start } from '../verbs.ts';
import { examples } from './examples.ts';
import { writeKeyFile } from './keys/write-key-file.ts';

export type InitFlags = {
  readonly output: string;
  readonly database?: string;
  readonly repository?: string;
  readonly encrypt?: boolean;
  readonly time?: string;
  readonly timezone?: string;
  readonly slackUrl?: string;
  readonly email?: string;
  readonly yes?: true;
};

export function define(command: Command, start: Start): void {
  command
    .description(
      'Write a configuration: an environment file that nobody else can read, and a key pair beside it. Asks for what the flags do not say; each setting is checked before anything is written.',
    )
    .option('--output <file>', 'the file, which must not be there yet', 'holdfast.env')
    .option('--database <url>', 'postgres://…, or entries of BACKUP_DATABASES [DATABASE_URL]')
    .option('--repository <place>', 'a folder, or URLs [/var/lib/holdfast/backups]')
    .option('--encrypt', 'to a key pair that is made now [yes]')
    .option('--no-encrypt', 'do not')
    .option('--time <hh:mm>', 'a full backup every day at this time, or never [03:00]')
    .option('--timezone <zone>', "of that time [this machine's]")
    .option('--slack-url <url>', "Slack's incoming webhook")
    .option('--email <addresses>', 'who gets mail')
    .option('--yes', 'do not ask: the defaults count for what no flag says')
    .addHelpText(
      'after',
      examples(
        'init',
        'init --yes --output /etc/holdfast/holdfast.env        with DATABASE_URL set',
        'init --yes --database postgres://holdfast@db/app --repository s3://backups/app --time never',
      ),
    )
    .action((flags: InitFlags) => start((cli) => init(cli, flags)));
}

async function init(cli: Cli, flags: InitFlags): Promise<void> {
  const { askAnswers } = await import('../init/ask-answers.ts');
  const { encrypt, ...answers } = await askAnswers(cli, flags);
  const path = resolve(flags.output);
  const keyFile = join(dirname(path), 'backup.key');
  const pair = encrypt ? await (await import('@holdfast/engine')).generateIdentity() : undefined;
  const { planConfiguration, environmentFile } = await import('../init/plan-configuration.ts');
  const sections = planConfiguration({
    ...answers,
    recipients: pair?.recipient ?? '',
    identityFile: pair && keyFile,
  });
  const settings = Object.fromEntries(sections.flatMap((section) => section.settings));
  await checkSettings(settings);
  const text = write(environmentFile, sections);
  await writeKeyFile(path, text);
  if (pair) await writeKeyFile(keyFile, keyText(cli, pair));
  cli.answer(
    {
      file: path,
      ...(pair ? { identityFile: keyFile, recipient: pair.recipient } : {}),
      settings: Object.keys(settings),
    },
    () =>
      cli.options.quiet
        ? [path]
        : renderDone(
            'The configuration is written',
            [
              ['file', path],
              [
                'private key',
                pair && `${keyFile}: keep a copy elsewhere, without it nobody reads the backups`,
              ],
              ['settings', Object.keys(settings).join(', ')],
            ],
            `backup-admin --local doctor --env-file ${path}`,
            cli,
          ),
  );
}

const keyText = (cli: Cli, { identity, recipient }: { identity: string; recipient: string }): string =>
  `# created: ${new Date(cli.terminal.nowMs()).toISOString()}\n# public key: ${recipient}\n${identity}\n`;

/** What the services would refuse is refused here, before anything is written. */
async function checkSettings(env: Readonly<Record<string, string>>): Promise<void> {
  const { olderSpellings, pickSettings, secretSettings } = await import('@holdfast/contracts');
  const { loadConfig } = await import('@holdfast/service-kit');
  const { destinationsOf, parseDatabaseEntries } = await import('@holdfast/engine');
  const { parseTarget } = await import('@holdfast/postgres');
  const schema = pickSettings(
    'DATABASE_URL',
    'BACKUP_DATABASES',
    'BACKUP_DIR',
    'BACKUP_DESTINATIONS',
    'BACKUP_AGE_RECIPIENTS',
    'BACKUP_TIME',
    'BACKUP_TIMEZONE',
    'BACKUP_SLACK_WEBHOOK_URL',
    'BACKUP_NOTIFICATION_EMAIL',
  );
  const { config } = loadConfig(schema, env, { older: olderSpellings, secrets: secretSettings });
  if (config.DATABASE_URL !== undefined) parseTarget(config.DATABASE_URL);
  // A file of entries may come later.
  else if (config.BACKUP_DATABASES !== undefined && !config.BACKUP_DATABASES.startsWith('@'))
    parseDatabaseEntries(config.BACKUP_DATABASES);
  destinationsOf(config);
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(config.BACKUP_TIME))
    throw usageError(`"${config.BACKUP_TIME}" is no time of day.`, 'write it as 03:00, or never');
  const isZone = Intl.supportedValuesOf('timeZone').includes(config.BACKUP_TIMEZONE);
  if (!isZone && config.BACKUP_TIMEZONE !== 'UTC')
    throw usageError(`"${config.BACKUP_TIMEZONE}" is no time zone.`, 'write it as Europe/Berlin, or UTC');
}

function write<T>(environmentFile: (sections: T) => string, sections: T): string {
  try {
    return environmentFile(sections);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CliError(`An answer cannot be written: ${cause.message}`, {
      code: 'invalid_request',
      title: 'Nothing was written',
      next: 'percent-encode it where it stands in a URL (a quote is %27)',
      cause,
    });
  }
}
