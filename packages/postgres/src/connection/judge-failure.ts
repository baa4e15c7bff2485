import type { PostgresErrorCode } from '../postgres-error.ts';

/** What is known of a failure: SQLSTATE, system error, and text of the driver or of a child's stderr (LC_ALL=C). */
export type FailureFacts = {
  readonly sqlState?: string | undefined;
  readonly systemCode?: string | undefined;
  readonly message: string;
};
export type JudgedFailure = { readonly code: PostgresErrorCode; readonly advice: string };

const failure = (code: PostgresErrorCode, advice: string): JudgedFailure => ({ code, advice });

const unreachable = failure('server_unreachable', 'check that the server runs and can be reached from here');
const refused = failure(
  'authentication_failed',
  'check the user and password in the URL, and pg_hba.conf on the server',
);
const missing = failure('database_missing', 'check the name in the URL, or create the database');
const forbidden = failure(
  'insufficient_privilege',
  'use an account that may, such as the owner or a superuser (to read all: pg_read_all_data, and BYPASSRLS for tables with row-level security)',
);
const locked = failure(
  'lock_timeout',
  'end the session that holds the lock, or raise BACKUP_LOCK_TIMEOUT, then try again',
);

const BY_SQL_STATE: readonly (readonly [prefix: string, JudgedFailure])[] = [
  ['28', refused],
  ['3D000', missing],
  ['42501', forbidden],
  ['55P03', locked],
  ['57P', unreachable],
  [
    '53300',
    failure('server_unreachable', 'all its connections are in use: end some or raise max_connections'),
  ],
  ['53100', failure('storage_full', 'free space on the server, then try again')],
  ['57014', failure('timed_out', 'try again, or look who cancelled it')],
  ['08', unreachable],
];

const SYSTEM_CODES = new Set(
  'ECONNREFUSED ENOENT ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH ETIMEDOUT ECONNRESET EPIPE EACCES'.split(
    ' ',
  ),
);

// Order matters: a wrong password and a missing database are also reported as "connection to server … failed".
const BY_TEXT: readonly (readonly [RegExp, JudgedFailure])[] = [
  // Of the driver, for a query on a connection that has just broken.
  [/connection error and is not queryable/, unreachable],
  [
    /password authentication failed|no password supplied|no pg_hba\.conf entry|authentication failed for user|role "[^"]*" (does not exist|is not permitted to log in)|client password must be a string|pg_hba\.conf rejects/,
    refused,
  ],
  [/database "[^\n]*" does not exist/, missing],
  [
    /aborting because of server version mismatch/,
    failure('server_newer_than_tools', 'install newer client tools'),
  ],
  [
    /permission denied|must be owner of|must be superuser|row-level security policy for table|must be member of role/,
    forbidden,
  ],
  [/canceling statement due to lock timeout|Query was: LOCK TABLE/, locked],
  [
    /does not support SSL/,
    failure('server_unreachable', 'the server offers no TLS: enable it there, or use sslmode=prefer'),
  ],
  [/No space left on device/, failure('storage_full', 'free space on the server, then try again')],
  [
    /connection to server|could not connect|could not translate host name|server closed the connection|the database system is|terminating connection|timeout expired|Connection terminated|connection not open|too many (clients|connections)|SSL connection has been closed|could not receive data from server/,
    unreachable,
  ],
];

/** The one table from what PostgreSQL says to our codes; undefined when it says something of its own. */
export function judgeFailure(facts: FailureFacts): JudgedFailure | undefined {
  const { sqlState, systemCode, message } = facts;
  if (sqlState !== undefined) return BY_SQL_STATE.find(([prefix]) => sqlState.startsWith(prefix))?.[1];
  if (systemCode !== undefined && SYSTEM_CODES.has(systemCode)) return unreachable;
  return BY_TEXT.find(([pattern]) => pattern.test(message))?.[1];
}
