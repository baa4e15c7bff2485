import { judgeFailure } from '../connection/judge-failure.ts';
import { PostgresError } from '../postgres-error.ts';
import type { RestoreEnd } from './judge-restore-failure.ts';

/** psql ends with 2 when it could not connect or lost the server, with 3 when a statement failed. */
const CONNECTION_FAILED = 2;

/** What a failed psql means; `place` names the database. */
export function judgePsqlFailure(place: string, end: RestoreEnd): PostgresError {
  const { stderr } = end;
  const first = /^(?:psql:[^\n]*?: )?(?:ERROR|FATAL|error): +(.+)$/m.exec(stderr)?.[1];
  const line = /^psql:<stdin>:(\d+):/m.exec(stderr)?.[1];
  const detail = /^DETAIL: {2}(.+)$/m.exec(stderr)?.[1];
  const complaint =
    (first ?? stderr.trim().split('\n').at(-1) ?? '').replace(/[.\s]+$/, '') || 'it said nothing';
  if (end.killedBy !== undefined) {
    return new PostgresError(
      'restore_failed',
      `psql into ${place} was killed by ${end.killedBy}; nothing was changed. Look for a lack of memory in the system log, then try again.`,
    );
  }
  const judged = end.code === CONNECTION_FAILED ? judgeFailure({ message: stderr }) : undefined;
  if (judged) return new PostgresError(judged.code, `psql into ${place}: ${complaint}; ${judged.advice}.`);
  const kept = /already exists/.test(complaint)
    ? /WARNING: {2}(not dropped: .+)$/m.exec(stderr)?.[1]
    : undefined;
  const reasons = [detail?.replace(/\.$/, ''), kept].filter((reason) => reason !== undefined);
  return new PostgresError(
    'restore_failed',
    `Restoring into ${place} failed${line === undefined ? '' : ` near line ${line}`}: ${complaint}${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}; nothing was changed. Correct what the server complains about, then restore again.`,
  );
}
