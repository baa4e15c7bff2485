import { expect, test } from 'vitest';
import { planRoles } from './plan-roles.ts';

const globals = `--
-- PostgreSQL database cluster dump
--
SET default_transaction_read_only = off;

CREATE ROLE app_owner;
ALTER ROLE app_owner WITH NOSUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 5 PASSWORD 'SCRAM-SHA-256$4096:a=$b=:c=' VALID UNTIL '2030-01-01 00:00:00+00';
CREATE ROLE "Reader ""One""";
ALTER ROLE "Reader ""One""" WITH NOSUPERUSER INHERIT NOLOGIN;
CREATE ROLE boss;
ALTER ROLE boss WITH SUPERUSER INHERIT LOGIN REPLICATION;
CREATE ROLE bystander;
ALTER ROLE bystander WITH NOSUPERUSER;
ALTER ROLE app_owner SET search_path TO 'app', 'public';
GRANT "Reader ""One""" TO app_owner WITH ADMIN OPTION GRANTED BY postgres;
GRANT bystander TO "Reader ""One""" WITH INHERIT TRUE GRANTED BY "Root";
GRANT pg_read_all_data TO app_owner WITH INHERIT TRUE GRANTED BY postgres;
GRANT boss TO bystander GRANTED BY postgres;
`;

test('wanted roles are made with what the file gives them, and their memberships', () => {
  expect(
    planRoles(globals, {
      wanted: ['app_owner', 'Reader "One"', 'gone'],
      existing: ['bystander', 'pg_read_all_data'],
    }),
  ).toEqual({
    creates: ['app_owner', 'Reader "One"'],
    unknown: ['gone'],
    statements: [
      `create role "app_owner" with nosuperuser inherit nocreaterole createdb login noreplication nobypassrls connection limit 5 password 'SCRAM-SHA-256$4096:a=$b=:c=' valid until '2030-01-01 00:00:00+00'`,
      'create role "Reader ""One""" with nosuperuser inherit nologin',
      'grant "Reader ""One""" to "app_owner" with admin option',
      'grant "bystander" to "Reader ""One"""',
    ],
    warnings: [`Settings of the role "app_owner" were left out; they stand in the backup's .globals.sql.`],
  });
});

test('a membership in what is not there is left out', () => {
  const { statements } = planRoles(globals, { wanted: ['Reader "One"'], existing: [] });
  expect(statements).toEqual(['create role "Reader ""One""" with nosuperuser inherit nologin']);
});

test('no file makes a superuser', () => {
  const plan = planRoles(globals, { wanted: ['boss'], existing: [] });
  expect(plan.statements).toEqual(['create role "boss" with inherit login']);
  expect(plan.warnings).toEqual([
    'The role "boss" was made without SUPERUSER, REPLICATION; give it that yourself if it shall have it.',
  ]);
});

test.each([
  ['two statements in a line', 'CREATE ROLE x; DROP DATABASE app;'],
  ['a name that is none', 'CREATE ROLE x" ; drop table t;'],
  ['nothing', ''],
])('what is not understood makes nothing: %s', (_name, text) => {
  expect(planRoles(text, { wanted: ['x'], existing: [] })).toMatchObject({ statements: [], unknown: ['x'] });
});

test('options after one that nobody knows are left out', () => {
  const text = `CREATE ROLE x;\nALTER ROLE x WITH NOSUPERUSER LOGIN; DROP ROLE y WITH CREATEDB;`;
  expect(planRoles(text, { wanted: ['x'], existing: [] }).statements).toEqual([
    'create role "x" with nosuperuser',
  ]);
});

test('a password with quotes and backslashes stays one literal', () => {
  const text = `CREATE ROLE x;\nALTER ROLE x WITH LOGIN PASSWORD 'a''b\\c';`;
  expect(planRoles(text, { wanted: ['x'], existing: [] }).statements).toEqual([
    `create role "x" with login password E'a''b\\\\c'`,
  ]);
});
