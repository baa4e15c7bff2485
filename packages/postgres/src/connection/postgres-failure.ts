import { PostgresError } from '../postgres-error.ts';
import { judgeFailure } from './judge-failure.ts';
import { describeTarget, type Target } from './target.ts';

/**
 * The driver's or libpq's error as a PostgresError: authentication_failed, database_missing, server_unreachable,
 * insufficient_privilege, lock_timeout, … What is none of these (an SQL error of its own kind) comes back unchanged.
 */
export function postgresFailure(error: unknown, target?: Target): Error {
  if (error instanceof PostgresError) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  const message = messageOf(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // Another package's error with a code of its own: its words are not PostgreSQL's.
  if (code !== undefined && /^[a-z_]+$/.test(code)) return error;
  const isSqlState = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && 'severity' in error;
  const judged = judgeFailure({
    sqlState: isSqlState ? code : undefined,
    systemCode: isSqlState ? undefined : code,
    message,
  });
  if (!judged) return error;
  const where = target ? `${describeTarget(target)} as ${target.user}` : 'PostgreSQL';
  return new PostgresError(judged.code, `${where}: ${message}; ${judged.advice}.`, { cause: error });
}

/** A host with several addresses fails with an AggregateError whose own message is empty. */
function messageOf(error: Error): string {
  const first =
    error instanceof AggregateError ? error.errors.find((one) => one instanceof Error) : undefined;
  return (first?.message ?? error.message).replace(/[.\s]+$/, '');
}
