import { expect, test } from 'vitest';
import { isScratchFull } from '../scratch/judge-scratch-full.ts';
import { judgeDumpFailure } from './judge-dump-failure.ts';

const judge = (stderr: string) =>
  judgeDumpFailure('pg_dump', 'shop on localhost', { code: 1, killedBy: undefined, stderr });

test.each([
  [
    'pg_dump: error: no matching tables were found for pattern "nix.*"\n',
    'invalid_request',
    /"nix\.\*"; correct the selection/,
  ],
  ['pg_dump: error: no matching schemas were found for pattern "x"\n', 'invalid_request', /pattern "x"/],
  [
    'pg_dump: error: improper qualified name (too many dotted names): a.b.c\n',
    'invalid_request',
    /a\.b\.c; correct/,
  ],
  [
    'pg_dump: error: query failed: ERROR:  invalid regular expression: parentheses () not balanced\npg_dump: detail: Query was: SELECT c.oid\n',
    'invalid_request',
    /not balanced; correct/,
  ],
  [
    'pg_dump: error: could not obtain lock on relation "public.child"\nThis usually means that someone requested an ACCESS EXCLUSIVE lock on the table\npg_dump: error: a worker process died unexpectedly\n',
    'lock_timeout',
    /gave up on public\.child: another session asked to lock it.*use one job/,
  ],
  ['pg_dump: error: a worker process died unexpectedly\n', 'dump_failed', /died unexpectedly/],
])('%s', (stderr, code, message) => {
  expect(judge(stderr)).toMatchObject({ code, message: expect.stringMatching(message) });
});

test.each([
  ['pg_dump: error: could not write to output file: No space left on device\n', true],
  ['pg_dump: pg_dump: error: could not close data file: Disk quota exceeded\n', true],
  [
    'pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.\npg_dump: detail: Error message from server: ERROR:  could not write to file: No space left on device\n',
    false,
  ],
  ['pg_dump: error: query failed: ERROR:  could not extend file: No space left on device\n', false],
  [
    'pg_dump: error: could not write to output file: No space left on device\npg_dump: detail: Error message from server: ERROR:  canceling statement due to user request\n',
    true,
  ],
  ['pg_dump: error: a worker process died unexpectedly\n', false],
])('whether our scratch space is full: %s', (stderr, expected) => {
  expect(isScratchFull(stderr)).toBe(expected);
});
