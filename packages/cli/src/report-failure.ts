import { CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import type { GlobalOptions } from './global-options.ts';
import { renderFailure } from './render/failure-lines.ts';
import { styleFor } from './render/style.ts';
import type { Terminal } from './terminal.ts';
import { verbs } from './verbs.ts';

type Circumstances = {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  readonly argv: readonly string[];
  readonly verb: string | undefined;
};

/** Tells a failure, in three lines on stderr or as JSON on stdout, and answers the exit code. */
export async function reportFailure(thrown: unknown, circumstances: Circumstances): Promise<number> {
  const { terminal, options, argv, verb } = circumstances;
  const error = thrown instanceof CommanderError ? usageOf(thrown, verb) : thrown;
  const { errorKinds, failureOf } = await import('@holdfast/contracts');
  const failure = failureOf(error);
  const own = error instanceof CliError ? error : undefined;
  // The flags may be what is wrong, so that they were not read to their end.
  if (options.json || argv.includes('--json')) {
    terminal.stdout.write(`${JSON.stringify({ error: failure, ...own?.document }, undefined, 2)}\n`);
  } else {
    const title =
      own?.title ?? (verb === undefined ? undefined : verbs[verb]?.failure) ?? 'That did not work';
    const style = styleFor(terminal.stderr, terminal.env, options.color);
    const lines = renderFailure(
      { ...failure, title, next: own?.next },
      { style, width: terminal.stderr.columns },
    );
    terminal.stderr.write(`${lines.join('\n')}\n`);
  }
  if (options.verbose && error instanceof Error) terminal.stderr.write(`${chainOf(error).join('\n')}\n`);
  return errorKinds[failure.code].exitCode;
}

/** Commander writes "error: …" and, on a line of its own, "(Did you mean …?)". */
function usageOf(error: CommanderError, verb: string | undefined): CliError {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const known = verb !== undefined && Object.hasOwn(verbs, verb);
  const help = `backup-admin ${known ? `help ${verb}` : 'help'}`;
  const meant = /\((.*)\)/.exec(suggestion ?? '')?.[1]?.replace('Did', 'did');
  return new CliError(meant === undefined ? `${message.replace(/\.$/, '')}.` : `${message}; ${meant}`, {
    code: 'invalid_request',
    title: 'The command line is not right',
    next: meant === undefined ? help : `${meant} See: ${help}`,
    cause: error,
  });
}

/** For `--verbose`: where it came from, and what was behind it. */
function chainOf(error: Error): readonly string[] {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? [own, ...chainOf(error.cause)] : [own];
}
