import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { usageError } from '../../cli-error.ts';
import { profilesPath, readProfiles, writeProfiles } from '../../profiles/profile-file.ts';
import { renderDone } from '../../render/fields.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

export function defineRemove(profiles: Command, start: Start): void {
  profiles
    .command('remove')
    .argument('<name>', 'which one')
    .description('Forget a profile. Its token file stays.')
    .summary('forget a profile')
    .addHelpText('after', examples('profiles remove prod'))
    .action((name: string) => start((cli) => remove(cli, name)));
}

async function remove(cli: Cli, name: string): Promise<void> {
  const path = profilesPath(cli.terminal.env);
  const before = await readProfiles(path);
  if (!Object.hasOwn(before, name))
    throw usageError(`There is no profile "${name}".`, 'backup-admin profiles list');
  const { [name]: removed, ...others } = before;
  await writeProfiles(path, others);
  cli.answer({ file: path, name, profile: removed }, () =>
    cli.options.quiet
      ? [name]
      : renderDone(
          `The profile ${name} is forgotten`,
          [['its token file stays', removed?.tokenFile]],
          'backup-admin profiles list',
          cli,
        ),
  );
}
