import { describe, expect, test } from 'vitest';
import type { Fingerprint } from './fingerprint.ts';
import { compareFingerprints } from './judge-fingerprints.ts';
import { normaliseSchema } from './normalise-schema.ts';
import { planMeasures } from './plan-measures.ts';

const base: Fingerprint = {
  version: 1,
  serverVersion: 150_018,
  toolsMajor: 15,
  rows: { 'public.a': 1, 'public.b': 2, 'public.v': 3 },
  schemaSha256: 'a'.repeat(64),
  extensions: { plpgsql: '1.0', citext: '1.6' },
  roles: ['app'],
  largeObjects: 4,
};
const findingOf = (check: string, expected: Partial<Fingerprint>, actual: Partial<Fingerprint>) =>
  compareFingerprints({ ...base, ...expected }, { ...base, ...actual }).find((one) => one.check === check);

describe('compareFingerprints', () => {
  test('the same is ok in everything', () => {
    expect(compareFingerprints(base, base).map(({ check, outcome }) => [check, outcome])).toEqual([
      ['rows', 'ok'],
      ['schema', 'ok'],
      ['extensions', 'ok'],
      ['large objects', 'ok'],
    ]);
  });

  test.each<[string, string, Partial<Fingerprint>, Partial<Fingerprint>, string, RegExp]>([
    [
      'fewer rows',
      'rows',
      {},
      { rows: { ...base.rows, 'public.b': 1 } },
      'failed',
      /1 of 3 tables differ: public\.b has 1 rows instead of 2$/,
    ],
    [
      'a missing table',
      'rows',
      {},
      { rows: { 'public.a': 1, 'public.v': 3 } },
      'failed',
      /public\.b is missing \(2 rows\)/,
    ],
    [
      'an empty one that is missing',
      'rows',
      { rows: { 'public.a': 0 } },
      { rows: {} },
      'failed',
      /public\.a is missing/,
    ],
    [
      'a table too many',
      'rows',
      {},
      { rows: { ...base.rows, 'public.x': 0 } },
      'failed',
      /public\.x is not in the backup/,
    ],
    [
      'a name that objects have of their own',
      'rows',
      { rows: { constructor: 1 } },
      { rows: {} },
      'failed',
      /constructor is missing/,
    ],
    [
      'a view filled anew',
      'rows',
      {},
      { rows: { ...base.rows, 'public.v': 9 }, materializedViews: ['public.v'] },
      'ok',
      /public\.v was filled anew: 9 rows, 3 before/,
    ],
    [
      'a view that is missing',
      'rows',
      {},
      { rows: { 'public.a': 1, 'public.b': 2 }, materializedViews: [] },
      'failed',
      /public\.v is missing/,
    ],
    ['another schema', 'schema', {}, { schemaSha256: 'b' }, 'failed', /definitions differ/],
    [
      'tools of another major',
      'schema',
      {},
      { schemaSha256: 'b', toolsMajor: 16 },
      'skipped',
      /pg_dump 15 and 16/,
    ],
    [
      'a server of another major',
      'schema',
      {},
      { schemaSha256: 'b', serverVersion: 160_001 },
      'skipped',
      /servers of 15 and 16/,
    ],
    [
      'a server of another minor',
      'schema',
      {},
      { schemaSha256: 'b', serverVersion: 150_002 },
      'failed',
      /differ/,
    ],
    [
      'a missing extension',
      'extensions',
      {},
      { extensions: { plpgsql: '1.0' } },
      'failed',
      /missing: citext/,
    ],
    [
      'another version of it',
      'extensions',
      {},
      { extensions: { plpgsql: '1.0', citext: '1.7' } },
      'ok',
      /citext is 1\.7, was 1\.6/,
    ],
    [
      'one more extension',
      'extensions',
      {},
      { extensions: { ...base.extensions, x: '1' } },
      'ok',
      /2 extensions are there/,
    ],
    ['large objects', 'large objects', {}, { largeObjects: 3 }, 'failed', /3 instead of 4/],
  ])('%s', (_name, check, expected, actual, outcome, detail) => {
    expect(findingOf(check, expected, actual)).toEqual({
      check,
      outcome,
      detail: expect.stringMatching(detail),
    });
  });

  test('ten tables are named, the others counted', () => {
    const rows = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`public.t${index}`, 1]));
    const detail = findingOf('rows', { rows }, { rows: {} })?.detail ?? '';
    expect(detail.match(/is missing/g)).toHaveLength(10);
    expect(detail).toMatch(/^14 of 14 tables differ: .*, and 4 more$/);
  });
});

describe('normaliseSchema', () => {
  const entry = (name: string, sql: string): string =>
    `--\n-- Name: ${name}; Type: TABLE; Schema: public; Owner: -\n--\n\n${sql}\n\n\n`;
  const dump = (key: string, ...entries: readonly string[]): string =>
    `--\n-- PostgreSQL database dump\n--\n\n\\restrict ${key}\n\n-- Dumped from database version 15.${key.length}\n\nSET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\n${entries.join('')}\\unrestrict ${key}\n`;
  const a = entry('a', 'CREATE TABLE public.a (\n    i integer\n);');
  const b = entry('b', 'CREATE TABLE public.b ();');

  test.each([
    ['the random key and the version', dump('x', a, b), dump('yyyy', a, b)],
    ['the order of objects', dump('x', a, b), dump('x', b, a)],
    ['settings between them', dump('x', a, "SET default_tablespace = '';\n\n", b), dump('x', a, b)],
    [
      'the filling of views',
      dump(
        'x',
        a,
        '-- Name: "v\n"; Type: MATERIALIZED VIEW DATA; Schema: public; Owner: -'.replace('\n', ' ') +
          '\n\nREFRESH MATERIALIZED VIEW public."v\n";\n\n',
        b,
      ),
      dump('x', a, b),
    ],
    ['comments on extensions', dump('x', a, entry('e', "COMMENT ON EXTENSION e IS 'x';")), dump('x', a)],
  ])('%s make no difference', (_name, one, other) => {
    expect(normaliseSchema(one)).toBe(normaliseSchema(other));
  });

  test.each([
    ['a column', 'CREATE TABLE public.a (\n    j integer\n);'],
    ['a setting in a function', 'CREATE TABLE public.a (\n    i integer\n);\nSET search_path = x;'],
    ['nothing left of it', ''],
  ])('%s does', (_name, sql) => {
    expect(normaliseSchema(dump('x', entry('a', sql)))).not.toBe(normaliseSchema(dump('x', a)));
  });
});

describe('content and estimates', () => {
  const content = { probe: '7', tables: { 'public.a': '1:1', 'public.b': '2:2' } };
  test('rows that were changed are found where counts agree', () => {
    expect(
      findingOf(
        'content',
        { content },
        { content: { probe: '7', tables: { 'public.a': '1:1', 'public.b': '9:9' } } },
      ),
    ).toMatchObject({ outcome: 'failed', detail: 'the rows of 1 tables were changed: public.b' });
    expect(findingOf('content', { content }, { content })?.outcome).toBe('ok');
    expect(findingOf('content', {}, { content })).toBeUndefined();
  });
  test.each([
    ['another major', { content, serverVersion: 160_001 }],
    ['another kind of machine', { content: { ...content, probe: '8' } }],
    ['not measured', {}],
  ])('%s is not compared', (_name, actual) => {
    expect(findingOf('content', { content }, actual)?.outcome).toBe('skipped');
  });
  test('an estimated table must be there, and is not compared', () => {
    const estimated = { 'public.big': 1_000_000 };
    expect(findingOf('estimates', { estimated }, { estimated })).toMatchObject({ outcome: 'skipped' });
    expect(findingOf('rows', { estimated }, { estimated })?.outcome).toBe('ok');
    expect(findingOf('rows', { estimated }, {})?.detail).toContain(
      'public.big is missing (about 1000000 rows)',
    );
  });
});

test('what is measured: large ones are estimated, views not hashed; like another, as that one was', () => {
  const relation = (name: string, sizeBytes: number, isMaterializedView = false) => ({
    name,
    sizeBytes,
    isMaterializedView,
    estimatedRows: 1,
  });
  const all = [relation('a', 1), relation('b', 9), relation('v', 1, true)];
  const names = (measures: ReturnType<typeof planMeasures>) => [
    measures.counted.map(({ name }) => name).join(''),
    measures.estimated.map(({ name }) => name).join(''),
    measures.hashed?.map(({ name }) => name).join(''),
  ];
  expect(names(planMeasures(all, {}))).toEqual(['abv', '', undefined]);
  expect(names(planMeasures(all, { withContent: true, maxTableBytes: 5 }))).toEqual(['av', 'b', 'a']);
  expect(
    names(planMeasures(all, { like: { estimated: { a: 1 }, content: { probe: '', tables: { b: '' } } } })),
  ).toEqual(['bv', 'a', 'b']);
});
