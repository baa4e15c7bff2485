import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { profilesPath, readProfiles } from '../../profiles/profile-file.ts';
import { renderTable, type Column } from '../../render/table.ts';
import type { Start } from '../../verbs.ts';
import { examples } from '../examples.ts';

type Row = { readonly name: string; readonly url: string; readonly tokenFile?: string };

export function defineList(profiles: Command, start: Start): void {
  profiles
    .command('list', { isDefault: true })
    .description('Servers by name.')
    .summary('servers by name')
    .addHelpText('after', examples('profiles list', 'profiles list --json'))
    .action(() => start(list));
}

async function list(cli: Cli): Promise<void> {
  const { env, stdout } = cli.terminal;
  const path = profilesPath(env);
  const profiles = Object.entries(await readProfiles(path)).map(([name, profile]) => ({ name, ...profile }));
  const columns: readonly Column<Row>[] = [
    { title: 'PROFILE', value: ({ name }) => name, paint: cli.style.accent },
    { title: 'URL', value: ({ url }) => url, shrinkTo: 20 },
    { title: 'TOKEN FILE', value: ({ tokenFile }) => tokenFile ?? 'none', shrinkTo: 12 },
    {
      title: '',
      value: ({ name }) => (name === env['HOLDFAST_PROFILE'] ? 'HOLDFAST_PROFILE' : ''),
      leavesAt: 1,
    },
  ];
  cli.answer({ file: path, profiles }, () => {
    if (cli.options.quiet) return profiles.map(({ name }) => name);
    if (profiles.length === 0)
      return [
        'There are no profiles.',
        `  ${cli.style.dim('next')}  backup-admin profiles add NAME --url https://… --token-file FILE`,
      ];
    return renderTable(profiles, columns, { style: cli.style, width: stdout.columns });
  });
}
