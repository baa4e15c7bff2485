import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { connectChild } from '../child/connect-child.ts';
import { feedChild } from '../child/feed-child.ts';
import { quoteConninfo } from '../connection/quote.ts';
import { describeTarget, type Target } from '../connection/target.ts';
import { PostgresError } from '../postgres-error.ts';
import type { Tools } from '../tools/tools.ts';
import { judgePsqlFailure } from './judge-psql-failure.ts';
import { PlainSqlScanner } from './plain-sql.ts';
import { canRestrict } from './judge-psql-version.ts';

export type PlainSqlOptions = {
  readonly target: Target;
  readonly tools: Tools;
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
};

/**
 * Restores plain SQL from anywhere, all of it or nothing. psql runs restricted and every backslash command is refused
 * before it gets there (invalid_backup); SQL itself may do what the account may do, so give it an account that may do
 * little. Throws psql_too_old, restore_failed, archive_truncated.
 */
export async function restorePlainSql(options: PlainSqlOptions): Promise<void> {
  const { target, tools } = options;
  if (!canRestrict(tools.version)) {
    throw new PostgresError(
      'psql_too_old',
      `psql ${tools.version} has no \\restrict, without which a plain SQL file could run programs here; update the PostgreSQL client tools (13.22, 14.19, 15.14, 16.10, 17.6 or newer).`,
    );
  }
  const stop = new AbortController();
  const proof = randomBytes(16).toString('hex');
  const child = connectChild(target, 'holdfast psql', {
    file: join(tools.dir, 'psql'),
    args: [
      '--no-psqlrc',
      '--set=ON_ERROR_STOP=1',
      '--quiet',
      '--no-align',
      '--tuples-only',
      '--no-password',
      '--file=-',
      `--dbname=dbname=${quoteConninfo(target.database)}`,
    ],
    signal: AbortSignal.any([options.signal, stop.signal]),
    stdin: 'pipe',
    stdout: 'pipe',
  });
  const isProven = watchFor(child.stdout as Readable, proof); // asked for as a pipe above
  const end = await feedChild(child, wrapped(options.source, proof), {
    stop: (reason) => stop.abort(reason),
  });
  if (end.code !== 0) throw judgePsqlFailure(describeTarget(target), end);
  if (!(await isProven)) {
    throw new PostgresError(
      'restore_failed',
      `Restoring into ${describeTarget(target)} ended before its end without an error; does the SQL file hold a transaction command of its own?`,
    );
  }
}

/**
 * The file between our own BEGIN and COMMIT. psql's -1 would commit at any end of its input, also when this process
 * dies and leaves half a file; so would it here, were COMMIT not the last thing that is sent. The proof follows it.
 */
async function* wrapped(source: AsyncIterable<Uint8Array>, proof: string): AsyncGenerator<Uint8Array> {
  const scanner = new PlainSqlScanner();
  yield Buffer.from(`\\restrict ${randomBytes(24).toString('hex')}\nbegin;\n`);
  for await (const bytes of source) yield* scanner.push(bytes);
  yield* scanner.end();
  yield Buffer.from(`\ncommit;\nselect '${proof}';\n`);
}

/** Whether `text` was the last line that came; the rest, results of the file's own queries, is let go. */
async function watchFor(stdout: Readable, text: string): Promise<boolean> {
  let tail = '';
  stdout.setEncoding('latin1');
  for await (const piece of stdout) tail = (tail + String(piece)).slice(-(text.length + 1));
  return tail.trimEnd() === text;
}
