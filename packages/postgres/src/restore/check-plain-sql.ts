import { isUtf8 } from 'node:buffer';
import { abortable } from '../bytes/abortable.ts';
import { PostgresError } from '../postgres-error.ts';
import { NamedInSql } from './named-in-sql.ts';
import { PlainSqlScanner } from './plain-sql.ts';

/** What plain SQL says of itself, and what it asks of a server. */
export type PlainSqlFacts = {
  readonly sizeBytes: number;
  /** Whether it is pg_dump's: only then is it known to be whole. */
  readonly madeByPgDump: boolean;
  /** Major of the server that it was dumped from, when it says so. */
  readonly serverMajor: number | undefined;
  /** As PostgreSQL calls it; undefined when the file does not say. */
  readonly encoding: string | undefined;
  /** Roles and extensions that it names; perhaps more than it needs. */
  readonly roles: readonly string[];
  readonly extensions: readonly string[];
};

/** pg_dump's own comments and settings stand well within it. */
const HEAD_BYTES = 16_384;
const TAIL_BYTES = 1_024;
const HEADER = /^-- PostgreSQL database dump\r?$/m;
const END = /\n-- PostgreSQL database dump complete\r?\n(?:--[^\n]*\n|\\unrestrict [A-Za-z0-9]+\r?\n|\s)*$/;
// Each byte can be matched in one way only: the text may be somebody's who wants it to take for ever.
const FIRST_STATEMENT =
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:\\restrict\s|(?:set|select|create|alter|drop|insert|copy|begin|start|comment|grant|revoke|truncate|delete|update|do|lock|with|analyze|refresh)\b)/i;

/** Whether text begins as SQL does, comments aside. */
export const looksLikeSql = (beginning: string): boolean =>
  HEADER.test(beginning) || FIRST_STATEMENT.test(beginning.replace(/^\uFEFF/, ''));

/**
 * Reads plain SQL to its end, with no server: no NUL, no backslash command outside COPY data, in the encoding that it
 * names, and, when pg_dump made it, to pg_dump's closing line. Throws invalid_backup or archive_truncated; the source's
 * own error wins.
 */
export async function checkPlainSql(options: {
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}): Promise<PlainSqlFacts> {
  const scanner = new PlainSqlScanner();
  const names = new NamedInSql();
  const isText = utf8Check();
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let sizeBytes = 0;
  for await (const bytes of abortable(options.source, options.signal)) {
    scanner.push(bytes);
    names.push(bytes);
    isText.push(bytes);
    sizeBytes += bytes.length;
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, bytes.subarray(0, HEAD_BYTES - head.length)]);
    tail = Buffer.concat([tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
  }
  scanner.end();
  const beginning = head.toString('utf8');
  const encoding = /^SET client_encoding = '(?<name>[^']+)';/m.exec(beginning)?.groups?.['name'];
  const madeByPgDump = HEADER.test(beginning);
  if (!looksLikeSql(beginning))
    throw refused(sizeBytes === 0 ? 'it is empty' : 'it does not begin as SQL does');
  if (madeByPgDump && !END.test(tail.toString('latin1'))) {
    throw new PostgresError(
      'archive_truncated',
      'The SQL file ends before "PostgreSQL database dump complete", which pg_dump writes last; get a whole copy of it.',
    );
  }
  if ((encoding === undefined || /^utf-?8$/i.test(encoding)) && !isText.end())
    throw refused(`it is not in UTF-8${encoding === undefined ? '' : ', which it says it is'}`);
  const serverMajor = /^-- Dumped from database version (?<major>\d+)/m.exec(beginning)?.groups?.['major'];
  return {
    sizeBytes,
    madeByPgDump,
    serverMajor: serverMajor === undefined ? undefined : Number(serverMajor),
    encoding,
    roles: names.roles(),
    extensions: names.extensions(),
  };
}

const refused = (reason: string): PostgresError =>
  new PostgresError('invalid_backup', `The SQL file is refused: ${reason}. Make it again with pg_dump.`);

/** A character may be cut by the end of a piece: its bytes wait for the rest. */
function utf8Check(): { push(bytes: Uint8Array): void; end(): boolean } {
  let waiting = Buffer.alloc(0);
  let isGood = true;
  return {
    push: (bytes) => {
      if (!isGood) return;
      const whole = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
      const keep = incompleteAtEnd(whole);
      isGood = isUtf8(whole.subarray(0, whole.length - keep));
      waiting = Buffer.from(whole.subarray(whole.length - keep));
    },
    end: () => isGood && waiting.length === 0,
  };
}

/** How many bytes at the end begin a character that needs more. */
function incompleteAtEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}
