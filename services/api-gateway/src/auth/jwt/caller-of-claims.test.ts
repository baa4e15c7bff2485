import { roles } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { callerOfClaims } from './caller-of-claims.ts';

const settings = {
  AUTH_JWT_ROLE_CLAIM: 'role',
  AUTH_JWT_ROLES: 'superuser=admin,staff=operator,user=viewer,true=admin',
  AUTH_JWT_NAME_CLAIM: 'email',
};

test.each([
  ['a word', { role: 'superuser' }, 'role', roles.admin],
  ['a list', { role: ['x', 'user'] }, 'role', roles.viewer],
  ['words', { role: 'a user' }, 'role', roles.viewer],
  [
    'two that add up',
    { role: ['user', 'staff'] },
    'role',
    [...new Set([...roles.viewer, ...roles.operator])],
  ],
  ['through objects', { realm: { roles: ['staff'] } }, 'realm.roles', roles.operator],
  ['a name with dots', { 'https://x.y/role': 'staff' }, 'https://x.y/role', roles.operator],
  ['a switch', { is_admin: true }, 'is_admin', roles.admin],
  ['an unknown word', { role: 'admin' }, 'role', []],
  ['none', {}, 'role', []],
  ['a name that every object has', {}, 'constructor', []],
  ['a role of ours that is not mapped', { role: 'viewer' }, 'role', []],
  ['an object', { role: { user: 1 } }, 'role', []],
])('%s', (_name, claims, AUTH_JWT_ROLE_CLAIM, expected) => {
  const caller = callerOfClaims({ sub: 's', ...claims }, { ...settings, AUTH_JWT_ROLE_CLAIM });
  expect([...caller.permissions].sort()).toEqual([...expected].sort());
});

test('the name is what the claim says, else the subject', () => {
  expect(callerOfClaims({ sub: 's', email: 'a@b' }, settings)).toMatchObject({
    name: 'a@b',
    credential: 'jwt:s',
  });
  expect(callerOfClaims({ sub: 's', email: 5 }, settings).name).toBe('s');
});
