import { CliError } from './cli-error.ts';
import type { Connection, ServerConnection } from './connection.ts';
import type { GlobalOptions } from './global-options.ts';
import { styleFor, type Style } from './render/style.ts';
import type { Terminal } from './terminal.ts';

/** What a verb works with. */
export type Cli = {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  /** Styles for stdout. */
  readonly style: Style;
  /** Styles for stderr. */
  readonly noteStyle: Style;
  /** Server or local, as the flags say; opened once, closed after the verb. */
  connect(): Promise<Connection>;
  /** As `connect`, for verbs that mean nothing without a server. */
  connectServer(): Promise<ServerConnection>;
  /** The result: one JSON document with `--json`, else the lines. */
  answer(document: unknown, lines: () => readonly string[]): void;
  /** Text of the result that comes before its end; nothing with `--json`. */
  print(lines: readonly string[]): void;
  /** For a person, on stderr; silent with `--quiet`. */
  note(text: string): void;
};

export type CliParts = {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  readonly connect: () => Promise<Connection>;
};

export function makeCli({ terminal, options, connect }: CliParts): Cli {
  const style = styleFor(terminal.stdout, terminal.env, options.color);
  return {
    terminal,
    options,
    style,
    noteStyle: styleFor(terminal.stderr, terminal.env, options.color),
    connect,
    connectServer: async () => {
      const connection = await connect();
      if (connection.kind === 'server') return connection;
      throw new CliError('This verb works through the server only.', {
        code: 'invalid_request',
        next: 'leave --local out; create, restore, list, contents, validate, export and status work with it',
      });
    },
    answer: (document, lines) => {
      const text = options.json ? JSON.stringify(document, undefined, 2) : lines().join('\n');
      if (text !== '') terminal.stdout.write(`${text}\n`);
    },
    print: (lines) => {
      if (!options.json && lines.length > 0) terminal.stdout.write(`${lines.join('\n')}\n`);
    },
    note: (text) => {
      if (!options.quiet) terminal.stderr.write(`${text}\n`);
    },
  };
}
