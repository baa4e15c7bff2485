import type { PulledBytes } from '../bytes/pulled-bytes.ts';
import { PostgresError } from '../postgres-error.ts';

/**
 * A parser that does no I/O: it yields how many bytes it wants next, or, as a negative number, how many are to be
 * passed over. It gets fewer than it wants only at the end of the dump.
 */
export type Parser<T> = Generator<number, T, Buffer>;

/** pg_dump writes a sign and four bytes, on every platform that it runs on. */
const INT_BYTES = 5;

/** No name or type comes near; a length beyond it is no length. */
const MAX_STRING_BYTES = 1 << 20;

const NOTHING = Buffer.alloc(0);

/** Runs a parser to its end; what it has not asked for stays in `bytes`. */
export async function parse<T>(parser: Parser<T>, bytes: PulledBytes): Promise<T> {
  let step = parser.next();
  while (!step.done) {
    const wanted = step.value;
    if (wanted >= 0) step = parser.next(bytes.takeNow(wanted) ?? (await bytes.take(wanted)));
    else {
      if (!bytes.skipNow(-wanted) && (await bytes.skip(-wanted)) < -wanted) throw endsTooEarly();
      step = parser.next(NOTHING);
    }
  }
  return step.value;
}

export function* exactly(count: number): Parser<Buffer> {
  const bytes = yield count;
  if (bytes.length < count) throw endsTooEarly();
  return bytes;
}

export function* byte(): Parser<number> {
  return (yield* exactly(1))[0] ?? 0;
}

export function* int(): Parser<number> {
  const bytes = yield* exactly(INT_BYTES);
  const value = bytes.readUInt32LE(1);
  return bytes[0] === 0 ? value : -value;
}

/** undefined for a null, which differs from the empty string. */
export function* string(): Parser<string | undefined> {
  const length = yield* int();
  if (length < 0) return undefined;
  if (length > MAX_STRING_BYTES) throw notADump(`a name of ${length} bytes`);
  return length === 0 ? '' : (yield* exactly(length)).toString('utf8');
}

/** A statement, which may be of any length and is of no interest. */
export function* skipString(): Parser<void> {
  const length = yield* int();
  if (length > 0) yield -length;
}

export const endsTooEarly = (): PostgresError =>
  new PostgresError('archive_truncated', 'The dump ends too early; take another backup.');

export const notADump = (found: string): PostgresError =>
  new PostgresError(
    'invalid_backup',
    `The input is no dump that pg_dump wrote (${found}); name a backup file in its custom format or a tar of its directory format.`,
  );
