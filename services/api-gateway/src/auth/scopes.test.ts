import { permissions, roles, type Grant } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { covers, may, permissionsIn, scopeOf, tooWide } from './scopes.ts';

test.each([
  ['*', 'app', true],
  ['*', '*', true],
  ['app', 'app', true],
  ['app', 'apple', false],
  ['app*', 'apple', true],
  ['app*', 'app', true],
  ['app*', 'shop', false],
  ['app*', 'app-*', true],
  ['app*', 'a*', false],
  ['app*', 'ap?', false],
  ['app*', '*', false],
  ['a?c', 'abc', true],
  ['a?c', 'abbc', false],
  ['a?c', 'a*c', false],
  ['a*c', 'a*c', true],
  ['a*c', 'abbbc', true],
  ['a-b', 'a_b', false],
  ['app', '*', false],
])('%s covers %s: %s', (wide, pattern, expected) => {
  expect(covers(wide, pattern)).toBe(expected);
});

const grant = (fields: Partial<Grant>): Grant => ({ permissions: [], databases: ['*'], ...fields });
const callerWith = (...grants: readonly Grant[]) => {
  const scopes = grants.map(scopeOf);
  return { scopes, permissions: permissionsIn(scopes) };
};

test('a role and permissions add up, each with its databases', () => {
  const caller = callerWith(
    grant({ role: 'viewer' }),
    grant({ permissions: ['backup:create'], databases: ['app*'] }),
  );
  expect(may(caller, 'backup:read', 'shop')).toBe(true);
  expect(may(caller, 'backup:create', 'app-2')).toBe(true);
  expect(may(caller, 'backup:create', 'shop')).toBe(false);
  expect(may(caller, 'backup:create', undefined)).toBe(false);
  expect(may(caller, 'token:write', 'app')).toBe(false);
});

test.each<[string, readonly Grant[], Grant, boolean]>([
  ['the same', [grant({ role: 'operator' })], grant({ role: 'operator' }), true],
  ['a lesser role', [grant({ role: 'operator' })], grant({ role: 'viewer' }), true],
  ['a higher role', [grant({ role: 'operator' })], grant({ role: 'admin' }), false],
  ['fewer databases', [grant({ role: 'viewer' })], grant({ role: 'viewer', databases: ['app'] }), true],
  [
    'more databases',
    [grant({ role: 'viewer', databases: ['app'] })],
    grant({ role: 'viewer', databases: ['app', 'shop'] }),
    false,
  ],
  ['all databases', [grant({ role: 'viewer', databases: ['a*'] })], grant({ role: 'viewer' }), false],
  [
    'one permission more',
    [grant({ role: 'viewer' })],
    grant({ role: 'viewer', permissions: ['backup:delete'] }),
    false,
  ],
  [
    'two halves that make no whole',
    [grant({ role: 'viewer', databases: ['app'] }), grant({ permissions: ['token:write'] })],
    grant({ role: 'viewer' }),
    false,
  ],
])('nobody grants more than he has: %s', (_name, own, granted, allowed) => {
  expect(tooWide(callerWith(...own), [granted]) === undefined).toBe(allowed);
});

test('roles grow: viewer, operator, admin', () => {
  expect(roles.operator).toEqual(expect.arrayContaining([...roles.viewer]));
  expect(roles.admin).toEqual(permissions);
  expect(roles.viewer.filter((each) => !each.endsWith(':read'))).toEqual([]);
  for (const secret of ['token:read', 'audit:read', 'dead-letter:read', 'backup:download'] as const) {
    expect(roles.viewer).not.toContain(secret);
  }
});
