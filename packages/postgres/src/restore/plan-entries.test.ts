import { expect, test } from 'vitest';
import type { Toc } from '../contents/toc.ts';
import { dumpIdOf, isTableData, keepEntry, schemasToMake } from './plan-entries.ts';

const entry = (dumpId: number, kind: string, name: string, dependencies: readonly number[] = []) => ({
  dumpId,
  kind,
  name,
  dependencies,
  schema: undefined,
  owner: undefined,
  hasData: false,
  file: undefined,
});

test('missing schemas come with what is attached to them', () => {
  const toc: Toc = {
    format: 'custom',
    isCompressed: false,
    entries: [
      entry(5, 'SCHEMA', 'a'),
      entry(6, 'SCHEMA', 'a b'),
      entry(7, 'SCHEMA', 'there'),
      entry(10, 'COMMENT', 'SCHEMA a', [5]),
      entry(11, 'ACL', 'SCHEMA a', [5]),
      entry(12, 'ACL', 'SCHEMA "a b"', [6]),
      entry(13, 'TABLE', 't', [5]),
      entry(14, 'ACL', 'SCHEMA there', [7]),
    ],
  };
  expect(schemasToMake(toc, new Set(['there']), new Set(['a', 'there']))).toEqual([5, 10, 11]);
  expect(schemasToMake(toc, new Set(), new Set())).toEqual([]);
});

test.each([
  ['2; 3079 16389 EXTENSION - citext ', { skipExtensions: true }, false],
  ['3597; 0 0 COMMENT - EXTENSION citext ', { skipExtensionComments: true }, false],
  ['3597; 0 0 COMMENT - EXTENSION citext ', { skipExtensions: true }, false],
  ['2; 3079 16389 EXTENSION - citext ', { skipExtensionComments: true }, true],
  ['220; 1259 16546 TABLE public EXTENSION - x owner', { skipExtensions: true }, true],
])('%s with %o', (line, selection, expected) => {
  expect(keepEntry(line, selection)).toBe(expected);
});

test('lines', () => {
  expect(dumpIdOf('3572; 0 16546 TABLE DATA Weird Schema x Author X')).toBe(3_572);
  expect(isTableData('3572; 0 16546 TABLE DATA Weird Schema x Author X')).toBe(true);
  expect(isTableData('220; 1259 16546 TABLE public DATA owner')).toBe(false);
});
