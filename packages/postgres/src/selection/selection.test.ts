import { describe, expect, test } from 'vitest';
import { planLists } from './plan-lists.ts';
import { dumpSelectionArguments, isSelective } from './selection.ts';
import { splitName } from './split-name.ts';

const invalid = expect.objectContaining({ code: 'invalid_request' });

describe('for pg_dump', () => {
  test('each pattern is one argument, whatever it holds', () => {
    expect(
      dumpSelectionArguments({
        tables: ['a.*', '"We ird".x', '--help', '$(id); rm'],
        excludeTableData: ['log*'],
      }),
    ).toEqual([
      '--strict-names',
      '--table=a.*',
      '--table="We ird".x',
      '--table=--help',
      '--table=$(id); rm',
      '--exclude-table-data=log*',
    ]);
    expect(dumpSelectionArguments({ schemas: ['a', 'b'] })).toEqual([
      '--strict-names',
      '--schema=a',
      '--schema=b',
    ]);
  });

  test.each([undefined, {}, { schemas: [] }])('%o is everything', (selection) => {
    expect(isSelective(selection)).toBe(false);
    expect(dumpSelectionArguments(selection)).toEqual([]);
  });

  test.each([
    [{ schemas: ['a'], tables: ['b.c'] }],
    [{ tables: [''] }],
    [{ schemas: [' '] }],
    [{ excludeTableData: ['a\0b'] }],
  ])('%o is refused', (selection) => {
    expect(() => dumpSelectionArguments(selection)).toThrow(invalid);
  });
});

describe('names', () => {
  test.each([
    ['t', ['t']],
    ['s.t', ['s', 't']],
    ['Sales.Orders', ['Sales', 'Orders']],
    ['with space.t-1', ['with space', 't-1']],
    ['"a.b".c', ['a.b', 'c']],
    ['"Weird Schema"."Täble ""x"".y"', ['Weird Schema', 'Täble "x".y']],
    ['a.b.c', ['a', 'b', 'c']],
  ])('%s', (name, parts) => {
    expect(splitName(name)).toEqual(parts);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', '"a', 'a"b', '"a"b', '"".a', '"a"."'])('%s is refused', (name) => {
    expect(() => splitName(name)).toThrow(invalid);
  });
});

describe('for pg_restore', () => {
  test('a list for each schema, so that no table of another comes along', () => {
    expect(planLists({ tables: ['a.x', 'b.y', 'a."Z z"', 'w'], excludeTableData: ['b.y'] })).toEqual({
      kept: [['--schema=a', '--table=x', '--table=Z z'], ['--schema=b', '--table=y'], ['--table=w']],
      withoutData: [['--schema=b', '--table=y']],
    });
    expect(planLists({ schemas: ['a', '"b.c"'] })).toEqual({
      kept: [['--schema=a', '--schema=b.c']],
      withoutData: [],
    });
    expect(planLists({ excludeTableData: ['t'] })).toEqual({ kept: [[]], withoutData: [['--table=t']] });
  });

  test.each([[{ tables: ['a.b.c'] }], [{ schemas: ['a.b'] }]])('%o is refused', (selection) => {
    expect(() => planLists(selection)).toThrow(invalid);
  });
});
