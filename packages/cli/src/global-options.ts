import { Option, type Command } from 'commander';

/** Flags of every verb; they may stand before or after it. */
export type GlobalOptions = {
  readonly json?: true;
  readonly url?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly profile?: string;
  readonly color: boolean;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly local?: true;
  readonly dir?: string;
};

export function addGlobalOptions(program: Command): void {
  program
    .option('--json', 'one JSON document on stdout, errors too')
    .option('--url <url>', 'the server [HOLDFAST_URL, else http://127.0.0.1:8484]')
    .option('--token <token>', 'the API token; others on this machine can see it: better --token-file')
    .option('--token-file <file>', 'file with the API token [HOLDFAST_TOKEN_FILE]')
    .option('--profile <name>', 'the server of this name, as "profiles add" kept it [HOLDFAST_PROFILE]')
    .option('--local', 'no server: straight on the repository and the database')
    .option('--dir <folder>', 'repository for --local [BACKUP_DIR]')
    .option('--quiet', 'nothing but the result')
    .option('--verbose', 'more detail')
    .addOption(new Option('--no-color', 'no colour [NO_COLOR]'));
}

/** Those that take a value, as `findVerb` must know them before anything is parsed. */
export const globalOptionsWithValue: ReadonlySet<string> = new Set([
  '--url',
  '--token',
  '--token-file',
  '--profile',
  '--dir',
]);
