import { expect, test } from 'vitest';
import { createOptions, type DatabaseShape } from './create-database-like.ts';
import { grantStatements, settingClause, splitNames } from './plan-settings.ts';

test.each([
  ['work_mem=7MB', `set "work_mem" to '7MB'`],
  ['TimeZone=Europe/Berlin', `set "TimeZone" to 'Europe/Berlin'`],
  ['app.name=a=b', `set "app"."name" to 'a=b'`],
  ['app.empty=', `set "app"."empty" to ''`],
  ['search_path="$user", public', `set "search_path" to '$user', 'public'`],
  ['search_path=""', `set "search_path" to ''`],
  ['search_path=', `set "search_path" to ''`],
  ['application_name=a, b', `set "application_name" to 'a, b'`],
])('%s', (element, clause) => {
  expect(settingClause(element)).toBe(clause);
});

test.each([
  ['"a""b", C , "d, e"', ['a"b', 'c', 'd, e']],
  ['', []],
])('names in %s', (list, names) => {
  expect(splitNames(list)).toEqual(names);
});

test('grants replace what a new database has', () => {
  expect(
    grantStatements('d"b', 'o', [
      { grantee: null, privilege: 'CONNECT', grantable: false },
      { grantee: 'r', privilege: 'TEMPORARY', grantable: true },
    ]),
  ).toEqual([
    'revoke all on database "d""b" from public',
    'revoke all on database "d""b" from "o"',
    'grant CONNECT on database "d""b" to public',
    'grant TEMPORARY on database "d""b" to "r" with grant option',
  ]);
});

const shape: DatabaseShape = {
  owner: 'o',
  encoding: 'UTF8',
  provider: 'c',
  collate: 'C',
  ctype: 'C',
  locale: null,
  icuRules: null,
  tablespace: 'pg_default',
};
const plain = `owner "o" encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`;
test.each<[string, Partial<DatabaseShape>, string]>([
  ['libc', {}, plain],
  ['another tablespace', { tablespace: 'fast' }, `${plain} tablespace "fast"`],
  ['ICU', { provider: 'i', locale: 'de' }, `${plain} locale_provider icu icu_locale 'de'`],
  [
    'ICU with rules',
    { provider: 'i', locale: 'de', icuRules: '&a < b' },
    `${plain} locale_provider icu icu_locale 'de' icu_rules '&a < b'`,
  ],
  [
    'builtin',
    { provider: 'b', locale: 'C.UTF-8' },
    `${plain} locale_provider builtin builtin_locale 'C.UTF-8'`,
  ],
])('options of a database: %s', (_name, change, expected) => {
  expect(createOptions({ ...shape, ...change })).toBe(expected);
});
