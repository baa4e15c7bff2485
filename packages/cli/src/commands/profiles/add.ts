import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { usageError } from '../../cli-error.ts';
import { profilesPath, readProfiles, writeProfiles } from '../../profiles/profile-file.ts';
import { renderDone } from '../../render/fields.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineAdd(profiles: Command, start: Start): void {
  profiles
    .command('add')
    .argument('<name>', 'how it is called')
    .description(
      'Remember the server of --url, and the file of --token-file, by a name; or change what it means.',
    )
    .summary('remember a server by a name')
    .addHelpText(
      'after',
      examples('profiles add prod --url https://backup.example.com --token-file ~/.holdfast-token'),
    )
    .action((name: string) => start((cli) => add(cli, name)));
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;

async function add(cli: Cli, name: string): Promise<void> {
  const { url, tokenFile } = cli.options;
  if (!NAME.test(name))
    throw usageError(
      `"${name}" is no name for a profile.`,
      'take small letters, digits, - and _, at most 32',
    );
  if (url === undefined || !URL.canParse(url) || !/^https?:/.test(url))
    throw usageError('A profile needs the address of its server.', 'add --url https://…');
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw usageError(
      'A password does not belong into the address.',
      'put the token into a file: --token-file',
    );
  const path = profilesPath(cli.terminal.env);
  const before = await readProfiles(path);
  const profile = { url, ...(tokenFile === undefined ? {} : { tokenFile: resolve(tokenFile) }) };
  await writeProfiles(path, { ...before, [name]: profile });
  cli.answer({ file: path, name, profile }, () =>
    cli.options.quiet
      ? [name]
      : renderDone(
          `The profile ${name} is ${Object.hasOwn(before, name) ? 'changed' : 'kept'}`,
          [
            ['url', profile.url],
            ['token file', profile.tokenFile ?? 'none: HOLDFAST_TOKEN or HOLDFAST_TOKEN_FILE'],
            ['kept in', path],
          ],
          `backup-admin --profile ${name} status`,
          cli,
        ),
  );
}
