import { Command, CommanderError } from 'commander';
import { makeCli } from './cli.ts';
import type { Connection } from './connection.ts';
import { addGlobalOptions, type GlobalOptions } from './global-options.ts';
import { readRelease } from './release.ts';
import type { Connect } from './run-cli.ts';
import { styleFor } from './render/style.ts';
import type { Terminal } from './terminal.ts';
import { verbs, type Start } from './verbs.ts';

type Surroundings = { readonly terminal: Terminal; readonly connect: Connect };

/** All verbs by name and summary; flags and action of the chosen ones alone: the others need not be loaded. */
export async function buildProgram(
  isChosen: (verb: string) => boolean,
  surroundings: Surroundings,
): Promise<Command> {
  const { terminal } = surroundings;
  const program = new Command('backup-admin');
  const style = styleFor(terminal.stdout, terminal.env, true);
  const helpWidth = Math.min(terminal.stdout.columns ?? 100, 100);
  addGlobalOptions(program);
  program
    .description('Backs up and restores PostgreSQL databases, and proves that the backups restore.')
    .usage('<verb> [flags]')
    .version(readRelease(), '-V, --version', 'the version')
    .helpOption('-h, --help', 'this help')
    .helpCommand('help [verb]', 'help on a verb')
    .exitOverride()
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (text) => style.bold(text),
      styleCommandText: (text) => style.accent(text),
      styleSubcommandText: (text) => style.accent(text),
    })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      // Only the help that answers a missing verb comes this way: it is an answer. Usage errors are told in our own
      // three lines.
      writeErr: (text) => terminal.stdout.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
      getOutHasColors: () => style.coloured,
      getErrHasColors: () => style.coloured,
    })
    .addHelpText('after', ROOT_EXAMPLES);
  for (const [name, verb] of Object.entries(verbs)) {
    const command = program.command(name).description(sentence(verb.summary)).summary(verb.summary);
    command.helpOption('-h, --help', 'this help');
    if (isChosen(name)) (await verb.load()).define(command, startOn(program, surroundings));
  }
  return program;
}

/** Help and version end the parsing by an exception of commander's; so does a missing verb, which gets the help. */
export const isCommanderExit = (error: unknown): boolean =>
  error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help');

function startOn(program: Command, { terminal, connect }: Surroundings): Start {
  return async (work) => {
    const options = program.opts<GlobalOptions>();
    let opened: Promise<Connection> | undefined;
    const cli = makeCli({ terminal, options, connect: () => (opened ??= connect(options, terminal)) });
    try {
      await work(cli);
    } finally {
      const connection = await opened?.catch(() => undefined); // the verb itself saw that it could not be opened
      await connection?.close();
    }
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const ROOT_EXAMPLES = `
Examples:
  backup-admin create --description "before the update" --validate
  backup-admin list
  backup-admin restore --file NAME
  backup-admin --local restore --file NAME     with every server down

Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 invalid backup, 5 not allowed, 6 cannot reach.`;
