import { judgeFailure } from '../connection/judge-failure.ts';
import { PostgresError } from '../postgres-error.ts';

export type DumpEnd = {
  readonly code: number | undefined;
  readonly killedBy: string | undefined;
  readonly stderr: string;
};

/** What pg_dump says of a pattern that finds nothing or cannot be read. */
const SELECTED_NOTHING =
  /^no matching (?:schemas|tables|extensions) were found|^improper (?:qualified|relation) name|^cross-database references are not implemented|invalid regular expression/;

/** What a failed pg_dump or pg_dumpall means; `source` names the database. */
export function judgeDumpFailure(program: string, source: string, end: DumpEnd): PostgresError {
  const lines = end.stderr.split('\n').filter((line) => line.trim() !== '');
  const said = lines.find((line) => /: (error|fatal):/i.test(line)) ?? lines.at(-1) ?? '';
  const message = said.replace(/^\S+: (error|fatal): /, '').trim();
  const tables = /Query was: LOCK TABLE (.+?) IN ACCESS SHARE MODE/.exec(end.stderr)?.[1];
  if (tables !== undefined && /canceling statement|lock timeout/.test(end.stderr)) {
    return new PostgresError(
      'lock_timeout',
      `${program} of ${source} waited too long for a lock on ${shortened(tables)}; end the session that holds it, or raise BACKUP_LOCK_TIMEOUT, then try again.`,
    );
  }
  const wanted = /could not obtain lock on relation "(.+)"$/m.exec(message)?.[1];
  if (wanted !== undefined) {
    return new PostgresError(
      'lock_timeout',
      `${program} of ${source} gave up on ${shortened(wanted)}: another session asked to lock it while the jobs read; let that session wait until the backup is over, or use one job, then try again.`,
    );
  }
  if (SELECTED_NOTHING.test(message)) {
    return new PostgresError(
      'invalid_request',
      `${program} of ${source}: ${message}; correct the selection, then try again.`,
    );
  }
  if (end.killedBy !== undefined) {
    return new PostgresError(
      'dump_failed',
      `${program} of ${source} was killed by ${end.killedBy} before it was done${message === '' ? '' : ` (${message})`}; look for a lack of memory in the system log, then try again.`,
    );
  }
  const judged = judgeFailure({ message: withoutTables(end.stderr) });
  const advice = judged?.advice ?? 'look at the server log, then try again';
  return new PostgresError(
    judged?.code ?? 'dump_failed',
    `${program} of ${source} failed (exit ${end.code}): ${message === '' ? 'it said nothing' : message}; ${advice}.`,
  );
}

/** The query text is not the complaint: it may hold any word. */
const withoutTables = (stderr: string): string => stderr.replace(/^.*detail: Query was:.*$/gm, '');

const shortened = (tables: string): string => (tables.length <= 300 ? tables : `${tables.slice(0, 300)}…`);
