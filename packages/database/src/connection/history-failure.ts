import { HoldfastError } from '@holdfast/contracts';

/**
 * What a client without a working connection sees. Classes 08 (connection), 28 and 3D (who and where), 53 (too many), 57
 * (shutting down, starting), 25P03 and 58; network errors of Node; and pg's own, which carry no code at all.
 */
const SQL_STATES = /^(?:08|28|3D|53|57P|58)|^25P03$/;
const NETWORK =
  /^(?:ECONN\w+|ENOENT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ETIMEDOUT|EPIPE|EACCES)$/;
const OF_PG =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|Cannot use a pool after|SSL connections|SASL/i;

/** Whether the server could not be asked, as opposed to having refused what was asked. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown }; // any error may carry one
  if (typeof code === 'string') return SQL_STATES.test(code) || NETWORK.test(code);
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  return OF_PG.test(error.message);
}

/** The error for a caller: `history_unavailable`, which trying again may mend, or what it was. */
export function historyFailure(error: unknown): unknown {
  if (error instanceof HoldfastError || !isUnreachable(error)) return error;
  const why = error instanceof Error && error.message !== '' ? `: ${error.message}` : '';
  const message = `History's PostgreSQL cannot be reached${why}; check HISTORY_DATABASE_URL and that server.`;
  return new HoldfastError('history_unavailable', message, { cause: error });
}
