import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { InitFlags } from '../commands/init.ts';

/** What is still open after the flags, with the answer that an empty line gives. */
export type Asked = {
  readonly databases: string;
  readonly repository: string;
  readonly encrypt: boolean;
  readonly time: string | undefined;
  readonly timezone: string;
  readonly slackUrl: string | undefined;
  readonly email: string | undefined;
};

/** Asks on a terminal for what no flag says. With `--yes`, or where nobody can be asked, the defaults count. */
export async function askAnswers(cli: Cli, flags: InitFlags): Promise<Asked> {
  const { env, canAsk } = cli.terminal;
  const asks = canAsk && !flags.yes && !cli.options.json;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const ask = async (question: string, fallback: string | undefined, given?: string): Promise<string> => {
    if (given !== undefined || !asks) return given ?? fallback ?? '';
    const shown = fallback === undefined || fallback === '' ? '' : ` [${hideSecrets(fallback)}]`;
    const typed = await cli.terminal.ask(`${question}${cli.noteStyle.dim(shown)}: `);
    if (typed === undefined)
      throw new CliError('The question was not answered', {
        code: 'cancelled',
        title: 'Nothing was written',
        next: 'call it again, or with flags and --yes',
      });
    return typed.trim() || (fallback ?? '');
  };
  const databases = await ask(
    'Database, as postgres://user:password@host/name',
    env['BACKUP_DATABASES'] || env['DATABASE_URL'],
    flags.database,
  );
  if (databases === '')
    throw new CliError('No database was named', {
      code: 'invalid_request',
      title: 'Nothing was written',
      next: 'say --database postgres://user@host/name, or set DATABASE_URL so that no password stands on the command line',
    });
  const repository = await ask(
    'Where backups go: a folder, or s3://bucket/prefix',
    '/var/lib/holdfast/backups',
    flags.repository,
  );
  const encrypt = isYes(await ask('Encrypt them, with a key pair made now', 'yes', wordOf(flags.encrypt)));
  const time = await ask('Every day at, HH:MM; "never" for no schedule', '03:00', flags.time);
  const timezone =
    time === 'never' ? zone : await ask('Time zone', env['BACKUP_TIMEZONE'] || zone, flags.timezone);
  const slackUrl = await ask('Slack webhook that is told, empty for none', '', flags.slackUrl);
  const email = await ask('Mail addresses that are told, empty for none', '', flags.email);
  return {
    databases,
    repository,
    encrypt,
    time: time === 'never' ? undefined : time,
    timezone,
    slackUrl: slackUrl || undefined,
    email: email || undefined,
  };
}

const wordOf = (flag: boolean | undefined): string | undefined =>
  flag === undefined ? undefined : flag ? 'yes' : 'no';
const isYes = (word: string): boolean => /^y(es)?$/i.test(word);
const hideSecrets = (text: string): string => text.replaceAll(/:[^:@/]*@/g, ':…@');
