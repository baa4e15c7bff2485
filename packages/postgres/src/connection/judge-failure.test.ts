import { expect, test } from 'vitest';
import { judgeFailure } from './judge-failure.ts';
import { postgresFailure } from './postgres-failure.ts';

test.each([
  ['password authentication failed for user "u"', 'authentication_failed'],
  [
    'connection to server at "h", port 1 failed: FATAL:  password authentication failed for user "u"',
    'authentication_failed',
  ],
  ['connection to server at "h" failed: fe_sendauth: no password supplied', 'authentication_failed'],
  ['connection to server at "h" failed: FATAL:  no pg_hba.conf entry for host', 'authentication_failed'],
  ['connection to server at "h" failed: FATAL:  role "u" does not exist', 'authentication_failed'],
  ['connection to server at "h" failed: FATAL:  database "d" does not exist', 'database_missing'],
  ['connection to server at "h", port 1 failed: Connection refused', 'server_unreachable'],
  ['could not translate host name "h" to address: Name or service not known', 'server_unreachable'],
  ['server closed the connection unexpectedly', 'server_unreachable'],
  ['terminating connection due to administrator command', 'server_unreachable'],
  ['ERROR:  permission denied for table t', 'insufficient_privilege'],
  ['ERROR:  query would be affected by row-level security policy for table "t"', 'insufficient_privilege'],
  ['error: aborting because of server version mismatch', 'server_newer_than_tools'],
  ['could not extend file: No space left on device', 'storage_full'],
  ['ERROR:  relation "t" does not exist', undefined],
])('text: %s', (message, code) => {
  expect(judgeFailure({ message })?.code).toBe(code);
});

test.each([
  ['28P01', 'authentication_failed'],
  ['28000', 'authentication_failed'],
  ['3D000', 'database_missing'],
  ['42501', 'insufficient_privilege'],
  ['55P03', 'lock_timeout'],
  ['57P01', 'server_unreachable'],
  ['57P03', 'server_unreachable'],
  ['53300', 'server_unreachable'],
  ['53100', 'storage_full'],
  ['57014', 'timed_out'],
  ['08006', 'server_unreachable'],
  ['42P01', undefined],
])('SQLSTATE %s wins over the text', (sqlState, code) => {
  expect(judgeFailure({ sqlState, message: 'permission denied' })?.code).toBe(code);
});

test('a host with several addresses is unreachable, in words', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  const all = Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' });
  expect(postgresFailure(all)).toMatchObject({
    code: 'server_unreachable',
    message: expect.stringContaining('ECONNREFUSED 127.0.0.1:1'),
  });
});

test("another package's error stays itself, whatever its words", () => {
  const error = Object.assign(new Error('permission denied'), { code: 'cancelled' });
  expect(postgresFailure(error)).toBe(error);
});
