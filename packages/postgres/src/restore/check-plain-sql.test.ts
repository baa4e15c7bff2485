import { expect, test } from 'vitest';
import { checkPlainSql, looksLikeSql } from './check-plain-sql.ts';

const HEAD = `--
-- PostgreSQL database dump
--

\\restrict abc

-- Dumped from database version 15.18 (Debian 15.18-1)
-- Dumped by pg_dump version 15.18

SET client_encoding = 'UTF8';
`;
const TAIL = `
--
-- PostgreSQL database dump complete
--

\\unrestrict abc

`;
const BODY = `
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
COMMENT ON EXTENSION citext IS 'x';
CREATE TABLE public.t (x text);
ALTER TABLE public.t OWNER TO "Weird ""Owner""";
COPY public.t (x) FROM stdin;
ä \\! touch
\\.
CREATE POLICY p ON public.t TO policed USING (true);
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT SELECT ON TABLE public.t TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA public GRANT SELECT ON TABLES  TO reader2;
`;

const check = (text: string | Uint8Array, pieceBytes = 1_000_000) =>
  checkPlainSql({
    signal: new AbortController().signal,
    source: (async function* () {
      const bytes = Buffer.from(text as string); // bytes are taken as they are
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    })(),
  });

test.each([1, 7, 64, 1_000_000])(
  'what a file says of itself, read in pieces of %d bytes',
  async (pieceBytes) => {
    const text = HEAD + BODY + TAIL;
    expect(await check(text, pieceBytes)).toEqual({
      sizeBytes: Buffer.byteLength(text),
      madeByPgDump: true,
      serverMajor: 15,
      encoding: 'UTF8',
      roles: ['Weird "Owner"', 'policed', 'reader', 'maker', 'reader2'].sort(),
      extensions: ['citext'],
    });
  },
);

test('SQL that pg_dump did not make is read, and said not to be known whole', async () => {
  expect(await check('-- by hand\ncreate table t (i int);\n')).toMatchObject({
    madeByPgDump: false,
    encoding: undefined,
    serverMajor: undefined,
  });
});

test.each([
  ['nothing', '', 'invalid_backup', /empty/],
  ['comments alone', '-- x\n/* y */\n', 'invalid_backup', /begin as SQL/],
  ['another text', 'hello;', 'invalid_backup', /begin as SQL/],
  ['a NUL', `${HEAD}select '\0';${TAIL}`, 'invalid_backup', /NUL/],
  ['a command of psql', `${HEAD}\\! touch x\n${TAIL}`, 'invalid_backup', /\\\\! touch x/],
  [
    'another encoding',
    Buffer.concat([Buffer.from(`${HEAD}select '`), Buffer.from([0xe4]), Buffer.from(`';${TAIL}`)]),
    'invalid_backup',
    /UTF-8, which it says/,
  ],
  [
    'half a character at the end',
    Buffer.concat([Buffer.from('select 1; -- '), Buffer.from([0xe2, 0x82])]),
    'invalid_backup',
    /UTF-8/,
  ],
  ['no closing line', HEAD.replace('\\restrict abc\n', ''), 'archive_truncated', /dump complete/],
  [
    'no closing line, with a statement',
    `${HEAD.replace('\\restrict abc\n', '')}select 1;\n`,
    'archive_truncated',
    /dump complete/,
  ],
  ['an open pair', HEAD, 'archive_truncated', /unrestrict/],
  ['a cut statement', `${HEAD}create table t (i`, 'archive_truncated', /inside a statement/],
  [
    'something behind the closing line',
    `${HEAD.replace('\\restrict abc\n', '')}\n-- PostgreSQL database dump complete\nselect 1;\n`,
    'archive_truncated',
    /dump complete/,
  ],
] as const)('%s is refused', async (_name, text, code, message) => {
  await expect(check(text)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a name is Latin-1 where the file says so', async () => {
  const latin = Buffer.from(`${HEAD.replace('UTF8', 'LATIN1')}select 'ä';${TAIL}`, 'latin1');
  expect(await check(latin)).toMatchObject({ encoding: 'LATIN1' });
});

test.each([
  ['\uFEFFselect 1;', true],
  ['/* a */ -- b\n\n\t CREATE TABLE', true],
  ['\\restrict abc\n', true],
  ['<html>', false],
  ['{"a": 1}', false],
  ['created', false],
  ['', false],
])('%j begins as SQL: %s', (text, expected) => {
  expect(looksLikeSql(text)).toBe(expected);
});

test('a text made to take for ever does not', () => {
  const startedAt = performance.now();
  expect(looksLikeSql(`${'/* */ '.repeat(3_000)}x`)).toBe(false);
  expect(looksLikeSql('-- '.repeat(5_000))).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
