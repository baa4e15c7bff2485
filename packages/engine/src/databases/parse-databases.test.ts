import { expect, test } from 'vitest';
import { deriveDatabaseId, parseDatabaseEntries } from './parse-databases.ts';

const idsOf = (text: string) => parseDatabaseEntries(text).map(({ id, target }) => [id, target.database]);

test.each([
  ['one', 'app=postgres://u@h/app', [['app', 'app']]],
  [
    'whitespace and newlines',
    'a=postgres://h/x\n  b=postgres://h/y',
    [
      ['a', 'x'],
      ['b', 'y'],
    ],
  ],
  [
    'a comma before an id',
    'a=postgres://h/x,b=postgres://h/y',
    [
      ['a', 'x'],
      ['b', 'y'],
    ],
  ],
  ['without an id', 'postgres://h/x', [[undefined, 'x']]],
])('%s', (_name, text, expected) => {
  expect(idsOf(text)).toEqual(expected);
});

test('an entry that is none is named by its place, and its text is not repeated: it may hold a password', () => {
  expect(() => parseDatabaseEntries('a=postgres://h/x mysql://u:hunter2@h/y')).toThrow(/entry 2/);
  expect(() => parseDatabaseEntries('mysql://u:hunter2@h/y')).not.toThrow(/hunter2/);
});

test.each([
  ['app', [], 'app'],
  ['App', [], /^app-[0-9a-f]{6}$/],
  ['app', ['app'], /^app-[0-9a-f]{6}$/],
  ['日本', [], /^---?[0-9a-f]{6}$|^--[0-9a-f-]{6,}$/],
  ['_', [], /^_-[0-9a-f]{6}$/],
])('id of %s', (name, taken, expected) => {
  const id = deriveDatabaseId(name, new Set(taken));
  if (typeof expected === 'string') expect(id).toBe(expected);
  else expect(id).toMatch(expected);
});
