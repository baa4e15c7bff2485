import { describe, expect, test } from 'vitest';
import { judgeDrillFailure } from './judge-drill-failure.ts';
import { judgeCheck, type CheckAnswer } from './judge-check.ts';
import { judgeNeeds, type DrillServerFacts } from './judge-needs.ts';
import { drillComment, rolesIn } from './drill-leftovers.ts';
import { lackOfSpace } from './plan-space.ts';
import { superuserContent, withoutThem } from './superuser-content.ts';

const server: DrillServerFacts = {
  serverVersion: 150_018,
  extensions: new Map([
    ['citext', true],
    ['postgis', false],
    ['plperlu', false],
  ]),
  roles: new Set(['pg_monitor']),
  mayMakeRoles: true,
};
const needs = { serverVersion: 150_002, roles: [], extensions: ['plpgsql', 'citext', 'postgis'] };

describe('judgeNeeds', () => {
  test('what is there, trusted or allowed is no finding', () => {
    expect(judgeNeeds({ ...needs, roles: ['app', 'pg_monitor'] }, server)).toEqual({
      findings: [],
      isPossible: true,
    });
  });
  test.each([
    [
      'an extension that is not installed',
      { extensions: ['other'] },
      {},
      'extensions',
      '"other" is not installed',
    ],
    ['one that a drill may not make', { extensions: ['plperlu'] }, {}, 'extensions', 'may make'],
    ['a role of a newer PostgreSQL', { roles: ['pg_maintain'] }, {}, 'roles', 'pg_maintain'],
    ['a role that nobody may make', { roles: ['app'] }, { mayMakeRoles: false }, 'roles', 'app'],
  ])('%s', (_name, wanted, has, check, detail) => {
    const judged = judgeNeeds({ ...needs, ...wanted }, { ...server, ...has });
    expect(judged).toMatchObject({ isPossible: false, findings: [{ check, outcome: 'inconclusive' }] });
    expect(judged.findings[0]?.detail).toContain(detail);
  });
  test('another major can be tried, and is told of', () => {
    const judged = judgeNeeds({ ...needs, serverVersion: 140_000 }, server);
    expect(judged).toMatchObject({
      isPossible: true,
      findings: [{ check: 'version', outcome: 'inconclusive' }],
    });
  });
});

describe('judgeDrillFailure', () => {
  const facts = { isServerAlive: true, isOtherMajor: false, leftOut: false };
  const restore = (message: string) => ({ code: 'restore_failed' as const, message });
  test.each([
    ['a constraint', restore('violates foreign key'), {}, 'bad'],
    ['a program', restore('permission denied to COPY to or from an external program'), {}, 'bad'],
    ['a file', restore('permission denied for function pg_read_file'), {}, 'bad'],
    ['a damaged file', { code: 'archive_corrupt' as const, message: '' }, { isOtherMajor: true }, 'bad'],
    ['a server that is gone', restore('anything'), { isServerAlive: false }, 'unavailable'],
    ['a full disk', restore('could not extend file: No space left on device'), {}, 'unavailable'],
    ['a crash', restore('server closed the connection unexpectedly'), {}, 'unavailable'],
    ['an untrusted language', restore('permission denied for language c'), {}, 'inconclusive'],
    [
      'another major',
      restore('unrecognized configuration parameter'),
      { isOtherMajor: true },
      'inconclusive',
    ],
    [
      'a wrapper left out',
      restore('foreign-data wrapper "x" does not exist'),
      { leftOut: true },
      'inconclusive',
    ],
    [
      'a grant on what is a superuser’s',
      restore('Restoring failed at GRANT ALL ON FUNCTION f() TO app: permission denied for function f'),
      {},
      'inconclusive',
    ],
  ] as const)('%s', (_name, failure, more, verdict) => {
    expect(judgeDrillFailure(failure, { ...facts, ...more })).toBe(verdict);
  });
});

test.each<[string, CheckAnswer, string]>([
  ['true', { rows: [{ ok: true }] }, 'ok'],
  ['false', { rows: [{ ok: false }] }, 'failed'],
  ['null', { rows: [{ ok: null }] }, 'failed'],
  ['no row', { rows: [] }, 'failed'],
  ['two rows', { rows: [{ ok: true }, { ok: true }] }, 'failed'],
  ['a missing table', { sqlState: '42P01', message: 'no t' }, 'failed'],
  ['a mistake in the check', { sqlState: '42601', message: 'syntax' }, 'inconclusive'],
  ['too slow', { sqlState: '57014', message: 'timeout' }, 'inconclusive'],
])('a check that answers %s', (_name, answer, outcome) => {
  expect(judgeCheck('x.sql', answer)).toMatchObject({ check: 'check x.sql', outcome });
});

test('what is left out is named, and the definitions are then not compared', () => {
  expect(superuserContent({ entries: [] })).toBeUndefined();
  const entry = { kind: 'EVENT TRIGGER', name: 'audit' };
  expect(superuserContent({ entries: [entry] })?.detail).toContain('event trigger audit');
  const schema = { check: 'schema', outcome: 'failed', detail: '' } as const;
  expect(withoutThem([schema])[0]?.outcome).toBe('inconclusive');
});

test('space is told in numbers', () => {
  expect(lackOfSpace(1_000, 1024 ** 4)).toBeUndefined();
  expect(lackOfSpace(1024 ** 3, 1024 ** 3)).toBe('it needs about 2.25 GiB and 1.00 GiB are free');
});

test('a comment says what was made for a drill; another says nothing', () => {
  expect(rolesIn(drillComment('drill_1', ['app']))).toEqual(['drill_1', 'app']);
  expect(rolesIn('holdfast drill; roles: oops')).toBeUndefined();
  expect(rolesIn('mine')).toBeUndefined();
});
