import { withClient } from '../connection/client.ts';
import { quoteConninfo } from '../connection/quote.ts';
import type { Target } from '../connection/target.ts';
import type { Tools } from '../tools/tools.ts';
import { dumpText } from './dump-text.ts';

/** The server's roles, their memberships and settings, and its tablespaces, as SQL; without passwords unless asked. */
export async function dumpGlobals(options: {
  readonly target: Target;
  readonly tools: Tools;
  readonly signal: AbortSignal;
  /** The stored hashes of roles' passwords too: a superuser or a member of pg_read_all_data may read them. [false] */
  readonly withPasswords?: boolean;
}): Promise<string> {
  // Without a database pg_dumpall tries `postgres`, which the account may have no right to connect to.
  const database = `--database=dbname=${quoteConninfo(options.target.database)}`;
  try {
    const passwords = options.withPasswords ? [] : ['--no-role-passwords'];
    return await dumpText('pg_dumpall', ['--globals-only', ...passwords, database], options);
  } catch (error) {
    // pg_dumpall keeps to itself why it could not connect; a connection of our own says it.
    if (error instanceof Error && /could not connect to database/.test(error.message)) {
      await withClient(options.target, async () => undefined);
    }
    throw error;
  }
}
