import { expect, test } from 'vitest';
import { planNames } from './plan-names.ts';

const names = ['postgres', 'app', 'app_test', 'a.b', 'sales'];

test.each([
  ['all but the server’s own', names, {}, ['app', 'app_test', 'a.b', 'sales']],
  ['the server’s own where there is no other', ['postgres'], {}, ['postgres']],
  ['included ones', names, { include: 'app*' }, ['app', 'app_test']],
  ['several', names, { include: 'app, s?les' }, ['app', 'sales']],
  ['the server’s own when it is named', names, { include: 'postgres' }, ['postgres']],
  ['without excluded ones', names, { exclude: '*_test' }, ['app', 'a.b', 'sales']],
  ['both', names, { include: 'app*', exclude: '*_test' }, ['app']],
  ['a dot is a dot', [...names, 'axb'], { include: 'a.b' }, ['a.b']],
  [
    'what restores leave is none',
    ['app', 'app_before_0a1b2c3d', 'app_incoming_0a1b2c3d_1', 'app_undone_0a1b2c3d', 'app_before_tax'],
    {},
    ['app', 'app_before_tax'],
  ],
] as const)('%s', (_name, given, patterns, expected) => {
  expect(planNames(given, patterns)).toEqual(expected);
});
