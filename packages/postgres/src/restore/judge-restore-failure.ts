import { judgeFailure } from '../connection/judge-failure.ts';
import { PostgresError } from '../postgres-error.ts';

export type RestoreEnd = {
  readonly code: number | undefined;
  readonly killedBy: string | undefined;
  readonly stderr: string;
};

const BROKEN_INPUT: readonly (readonly [RegExp, 'archive_truncated' | 'invalid_backup', string])[] = [
  [
    /end of file|input file is too short|unexpected end|could not find block ID/,
    'archive_truncated',
    'the dump ends too early; take another backup',
  ],
  [
    /did not find magic string|not appear to be a valid archive|input file appears to be a text format dump|unrecognized data block|unsupported version|found unexpected block ID|unrecognized file format|corrupt/,
    'invalid_backup',
    'the input is no dump in the custom format that these tools can read',
  ],
];

/** What a failed pg_restore means; `place` names the database, or the check that was made. */
export function judgeRestoreFailure(place: string, end: RestoreEnd): PostgresError {
  const { stderr } = end;
  const complaint = complaintOf(stderr);
  if (end.killedBy !== undefined) {
    return new PostgresError(
      'restore_failed',
      `pg_restore into ${place} was killed by ${end.killedBy} before it was done; look for a lack of memory in the system log, then try again.`,
    );
  }
  const broken = /ERROR: {2}/.test(stderr)
    ? undefined
    : BROKEN_INPUT.find(([pattern]) => pattern.test(stderr));
  if (broken) return new PostgresError(broken[1], `pg_restore of ${place}: ${complaint}: ${broken[2]}.`);

  const isConnecting =
    /connection to server|connection to database/.test(stderr) && !/ERROR: {2}/.test(stderr);
  const judged = isConnecting || isLostServer(stderr) ? judgeFailure({ message: stderr }) : undefined;
  if (judged)
    return new PostgresError(judged.code, `pg_restore into ${place}: ${complaint}; ${judged.advice}.`);

  const object = objectOf(stderr);
  return new PostgresError(
    'restore_failed',
    `Restoring into ${place} failed${object === undefined ? '' : ` at ${object}`}: ${complaint}; ${adviceFor(complaint)}.`,
  );
}

/** pg_restore's warnings: things it did otherwise than the dump says. At most 100. */
export function warningsOf(stderr: string): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('pg_restore: warning: '))
    .map((line) => line.slice('pg_restore: warning: '.length))
    .slice(0, 100);
}

/** The server's first error when there is one, else pg_restore's own. */
function complaintOf(stderr: string): string {
  const server = /(?:ERROR|FATAL): {2}(.+)/.exec(stderr)?.[1];
  const own = /pg_restore: error: (.+)/.exec(stderr)?.[1];
  const detail = /^DETAIL: {2}(.+)/m.exec(stderr)?.[1];
  const complaint = (server ?? own ?? stderr.trim().split('\n').at(-1) ?? '').replace(/[.\s]+$/, '');
  return detail === undefined
    ? complaint || 'it said nothing'
    : `${complaint} (${detail.replace(/\.$/, '')})`;
}

/** The beginning of the statement that failed, or the table whose rows did. */
function objectOf(stderr: string): string | undefined {
  const table = /COPY failed for table "([^\n]+?)":/.exec(stderr)?.[1];
  if (table !== undefined) return `the rows of table "${table}"`;
  const command = /^Command was: (.+)/m.exec(stderr)?.[1]?.replace(/[\s(;]+$/, '');
  return command === undefined || command.length <= 120 ? command : `${command.slice(0, 120)}…`;
}

const isLostServer = (stderr: string): boolean =>
  /server closed the connection|terminating connection|the database system is|No space left on device/.test(
    stderr,
  );

function adviceFor(complaint: string): string {
  if (/already exists/.test(complaint)) return 'restore into an empty database, or with mode swap';
  if (/role ".*" does not exist/.test(complaint))
    return "create the role, or run the backup's .globals.sql first";
  if (/extension ".*" is not available|could not open extension control file/.test(complaint)) {
    return 'install the extension on the server';
  }
  if (/permission denied|must be owner|must be superuser|must be member/.test(complaint)) {
    return 'restore as the owner of the database or as a superuser';
  }
  if (/unrecognized configuration parameter/.test(complaint)) {
    return 'the server is older than the dump: restore into a server of the same major or newer';
  }
  if (/other objects depend on it/.test(complaint)) return 'use mode swap, which needs no dropping';
  return 'correct what the server complains about, then restore again';
}
