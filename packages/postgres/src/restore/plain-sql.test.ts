import { describe, expect, test } from 'vitest';
import { PlainSqlScanner } from './plain-sql.ts';

/** What psql would get of `sql`, given in pieces that end at `cuts`. */
function scan(sql: string | Buffer, cuts: readonly number[] = []): string {
  const bytes = Buffer.from(sql);
  const scanner = new PlainSqlScanner();
  const out: Uint8Array[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    out.push(...scanner.push(bytes.subarray(from, cut)));
    from = cut;
  }
  out.push(...scanner.end());
  return Buffer.concat(out).toString('utf8');
}

/** Whole, byte by byte, and cut in two at every place: all must agree. */
function scanAnyhow(sql: string): string {
  const whole = scan(sql);
  const length = Buffer.byteLength(sql);
  const every = Array.from({ length }, (_, index) => index);
  expect(scan(sql, every)).toBe(whole);
  for (const cut of every) expect(scan(sql, [cut])).toBe(whole);
  return whole;
}

function refusalAnyhow(sql: string): unknown {
  const length = Buffer.byteLength(sql);
  const codeOf = (cuts: readonly number[]): unknown => {
    try {
      scan(sql, cuts);
      return 'passed';
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };
  const every = Array.from({ length }, (_, index) => index);
  const codes = new Set([codeOf([]), codeOf(every), ...every.map((cut) => codeOf([cut]))]);
  return codes.size === 1 ? [...codes][0] : [...codes];
}

describe('passes unchanged', () => {
  test.each([
    ['nothing', ''],
    ['two bytes', ';;'],
    ['statements', "select 1;\ninsert into t values ('a', 2);\n"],
    ['a backslash in a string', String.raw`select '\! touch x';`],
    ['a doubled quote', String.raw`select 'it''s \! x';`],
    ['an E string with an escaped quote', String.raw`select E'it\'s \! x', e'\\';`],
    ['an E string with a doubled quote', String.raw`select E'a''\! b';`],
    ['an E string with an escaped backslash at its end', String.raw`select E'a\\' || 'b\';`],
    ['a name that ends in e before a string', String.raw`select type'\';`],
    ['a typed string', String.raw`select U&'\0061', N'\', B'01', X'1f';`],
    ['a quoted name', String.raw`select "a\!b""\c" from t;`],
    ['a dollar quote', String.raw`do $$ begin raise notice '\! x'; end $$;`],
    ['a tagged dollar quote', String.raw`select $a$ $b$ \! $$ $a $a$;`],
    ['a dollar quote whose tag is nearly found', String.raw`select $ab$ $a$ab$;`],
    ['a dollar quote after $', String.raw`select $$a$ \! $$;`],
    ['a dollar in a name', String.raw`select a$b$c from t$1;`],
    ['a parameter', 'prepare p as select $1, $2;'],
    ['a line comment', 'select 1; -- \\! x\nselect 2;\n'],
    ['a line comment after an operator', 'select 1 +-- \\! x\n2;\n'],
    ['a minus and a slash', 'select 4 - 2 / 1, -1, 2-1, 6/3;'],
    ['a block comment', 'select /* \\! /* nested \\q */ \\. */ 1;'],
    ['stars and slashes in a comment', 'select /***/ 1 /* / * **/ + /*/ */ 2;'],
    ['an empty comment', 'select /**/ 1;'],
    ['COPY data', 'COPY t (a) FROM stdin;\n\\N\t\\\\!\n\\! touch x\n\\.x\n\\..\n\\.\nselect 1;\n'],
    ['COPY data of no rows', 'COPY t FROM stdin;\n\\.\nselect 1;\n'],
    ['COPY with options', "copy t from stdin with (format csv, delimiter ';');\n\\! x\n\\.\n"],
    ['COPY data with CRLF', 'COPY t FROM stdin;\r\n\\!\r\n\\.\r\nselect 1;\r\n'],
    ['COPY data that ends with the file', 'COPY t FROM stdin;\na\n\\.'],
    ['COPY from a file of that name', "COPY t FROM 'stdin';\nselect 1;\n"],
    ['COPY to', 'COPY (select * from stdin) TO stdout;\nselect 1;\n'],
    ['columns named like the words', 'COPY t ("from", stdin) FROM stdin;\n\\!\n\\.\n'],
    [
      'a routine with a body in SQL',
      'create function f() returns int begin atomic select case when true then 1 end; select 2; end;\nselect 1;',
    ],
    ['a rule with a semicolon inside', 'create rule r as on insert to t do also (select 1; select 2);'],
    ['words with other letters', 'insert into "tâble" values (\'日本\'); select été from naïve;'],
    ['a number before a word', 'select 1 e, 1.5e10, 0x1F, 1_000;'],
    [
      'SET of a harmless kind',
      "SET standard_conforming_strings = on;\nSET client_encoding = 'UTF8';\nset search_path to '\\';\n",
    ],
    ['a continued string', "select 'a\\'\n  'b\\';"],
    ['an E string continued without a backslash', "select E'a\\n'\n  'b';"],
  ])('%s', (_name, sql) => {
    expect(scanAnyhow(sql)).toBe(sql);
  });
});

describe('a backslash command is refused wherever psql would see one', () => {
  test.each([
    ['at the beginning', '\\! touch x\n'],
    ['without a line end', '\\q'],
    ['after a statement', 'select 1; \\! touch x\n'],
    ['inside a statement', 'select 1 \\gexec\n'],
    ['after a comment', '-- c\n\\! touch x\n'],
    ['after a comment that a lone CR ends', '-- c\r\\! touch x\n'],
    ['after a block comment', '/* /* */ */ \\! x\n'],
    ['after a closed string', "select 'a' \\! x\n"],
    ['after an escaped quote in a plain string', String.raw`select 'a\' \! x'`],
    ['after a dollar quote', 'select $a$ $a$ \\! x\n'],
    ['after a name with a dollar', 'select a$b$ \\! x $b$;'],
    ['after a lone dollar', 'select $ \\! x\n'],
    ['after COPY data', 'COPY t FROM stdin;\n1\n\\.\n\\! x\n'],
    ['behind COPY on its line', 'COPY t FROM stdin; \\! x\n\\.\n'],
    ['behind COPY that is no statement', 'select copy, from, stdin;\n\\! x\n'],
    ['behind COPY … FROM stdin in parentheses', 'copy (select 1 from stdin) to stdout;\n\\! x\n'],
    ['behind COPY inside a routine', 'create procedure p() begin atomic copy t from stdin; \n\\! x\n'],
    ['\\copy', "\\copy t from program 'touch x'\n"],
    ['\\i', '\\i /etc/passwd\n'],
    ['\\o', '\\o | touch x\n'],
    ['\\connect', '\\connect other\n'],
    ['\\;', 'select 1\\; select 2;'],
    ['\\restrict that is not first', 'select 1;\n\\restrict abc\n'],
    ['\\restrict not at the line’s beginning', ' \\restrict abc\n'],
    ['a second \\restrict', '\\restrict abc\n\\restrict abc\n'],
    ['\\restrict with another command on its line', '\\restrict abc \\! x\n'],
    ['\\restrict without a key', '\\restrict\n'],
    ['\\restrictx', '\\restrictx abc\n'],
    ['\\unrestrict without \\restrict', 'select 1;\n\\unrestrict abc\n'],
    ['\\unrestrict with another key', '\\restrict abc\nselect 1;\n\\unrestrict abd\n'],
    ['\\unrestrict inside a statement', '\\restrict abc\nselect 1\n\\unrestrict abc\n'],
    ['a statement after \\unrestrict', '\\restrict abc\n\\unrestrict abc\nselect 1;\n'],
    ['a command after \\unrestrict', '\\restrict abc\n\\unrestrict abc\n\\! x\n'],
    ['an endless command', `\\restrict ${'a'.repeat(400)}\n`],
  ])('%s', (_name, sql) => {
    expect(refusalAnyhow(sql)).toBe('invalid_backup');
  });
});

describe('what psql might read otherwise than we do is refused', () => {
  test.each([
    ['plain strings with escapes', "set standard_conforming_strings = off;select 'a';"],
    ['the same by other words', "SET SESSION standard_conforming_strings TO 'off';"],
    ['an encoding in which a byte of a character is a backslash', "SET client_encoding = 'SJIS';"],
    ['the same by its other name', "set names 'BIG5';"],
    ['a number that runs into an E string', String.raw`select 1e'\' \! x';`],
    ['a number that runs into a dollar', 'select 1a$b$ $b$;'],
    ['a parameter that runs into a dollar', 'select $1a$b$ $b$;'],
    ['an E string that goes on in the next line with a backslash', "select E'a'\n 'b\\'c';"],
    ['the same past a comment', "select E'a' -- c\n 'b\\'c';"],
    ['a dollar quote with an endless tag', `select $${'a'.repeat(1_100)}$`],
    ['NUL', 'select 1; -- \0\nselect 2;'],
  ])('%s', (_name, sql) => {
    expect(refusalAnyhow(sql)).toBe('invalid_backup');
  });
});

describe("pg_dump's own pair", () => {
  test('is taken out at its two places', () => {
    const sql =
      '--\n-- dump\n--\n\n\\restrict k3y\n\nSET a = 0;\n--\n-- complete\n--\n\n\\unrestrict k3y\n\n';
    expect(scanAnyhow(sql)).toBe('--\n-- dump\n--\n\n\nSET a = 0;\n--\n-- complete\n--\n\n\n');
  });

  test('may be the whole file, with CRLF, without a last line end', () => {
    expect(scanAnyhow('\\restrict a\r\n\\unrestrict a')).toBe('');
  });

  test('after a byte order mark, which goes too', () => {
    expect(scanAnyhow('\uFEFF\\restrict a\nselect 1;\n\\unrestrict a\n')).toBe('select 1;\n');
  });
});

describe('a file that was cut', () => {
  test.each([
    ['in a string', "select 'a"],
    ['in an E string', String.raw`select E'a\'`],
    ['in a quoted name', 'select "a'],
    ['in a dollar quote', 'select $a$ b'],
    ['in a block comment', 'select 1; /* a'],
    ['in COPY data', 'COPY t FROM stdin;\n1\n'],
    ['before COPY data', 'COPY t FROM stdin;\n'],
    ['in a statement, which might then mean something else', 'delete from t'],
    ['before \\unrestrict', '\\restrict a\nselect 1;\n'],
  ])('%s', (_name, sql) => {
    expect(refusalAnyhow(sql)).toBe('archive_truncated');
  });
});

test('the message names the place and the command, printable', () => {
  expect(() => scan(`select 1;\n\\! touch \u0007x\nselect`)).toThrow(/near byte 10: .*"\\\\! touch \?x"/);
});
