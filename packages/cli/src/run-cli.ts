import { findVerb } from './find-verb.ts';
import { buildProgram, isCommanderExit } from './program.ts';
import { reportFailure } from './report-failure.ts';
import type { Connection } from './connection.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Terminal } from './terminal.ts';

/** How a connection is opened; tests give their own. */
export type Connect = (options: GlobalOptions, terminal: Terminal) => Promise<Connection>;

/** Loaded when a verb asks for it, so that help and usage errors never wait for it. */
const connectAsAsked: Connect = async (options, terminal) => {
  if (options.local) return (await import('./local/open-local.ts')).openLocal(options, terminal.env);
  return (await import('./server/open-server.ts')).openServer(options, terminal.env);
};

/** Runs one command line and answers the exit code. Never throws. */
export async function runCli(
  argv: readonly string[],
  terminal: Terminal,
  connect: Connect = connectAsAsked,
): Promise<number> {
  const verb = findVerb(argv);
  const program = await buildProgram((name) => name === verb, { terminal, connect });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (isCommanderExit(error)) return 0;
    return reportFailure(error, { terminal, options: program.opts<GlobalOptions>(), argv, verb });
  }
}
