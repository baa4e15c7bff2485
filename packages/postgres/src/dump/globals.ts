import { quoteConninfo } from '../connection/quote.ts';
import type { Target } from '../connection/target.ts';
import type { Tools } from '../tools/tools.ts';
import { dumpText } from './dump-text.ts';

/** The server's roles, their memberships and settings, and its tablespaces, as SQL without passwords. */
export function dumpGlobals(options: {
  readonly target: Target;
  readonly tools: Tools;
  readonly signal: AbortSignal;
}): Promise<string> {
  // Without a database pg_dumpall tries `postgres`, which the account may have no right to connect to.
  const database = `--dbname=dbname=${quoteConninfo(options.target.database)}`;
  return dumpText('pg_dumpall', ['--globals-only', '--no-role-passwords', database], options);
}
