import type { CatalogueEntry } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { decideChanges } from './decide.ts';

const AT = '2026-01-01T00:00:00Z';
const seen = (name: string, more: Partial<CatalogueEntry> = {}) => ({
  key: `_.${name}`,
  value: { name, filename: `${name}.dump`, ancestors: [], sizeBytes: 1, sha256: 'aa', seenAt: AT, ...more },
});
const removing = { run: 'r', by: 'anna', at: AT };

test.each([
  ['nothing changed', [seen('a')], [seen('a')], [], []],
  ['a new one', [], [seen('a')], ['_.a'], []],
  ['one that vanished', [seen('a')], [], [], ['_.a']],
  ['one that vanished and was told', [seen('a', { missingSince: AT })], [], [], []],
  ['one that came back', [seen('a', { missingSince: AT })], [seen('a')], ['_.a'], []],
  ['one that is being removed', [seen('a', { removing })], [], [], []],
  ['one that is about to be removed', [seen('a', { removing, sha256: 'bb' })], [seen('a')], [], []],
  ['one of which no digest was noted', [seen('a', { sha256: undefined })], [seen('a')], ['_.a'], []],
  ['another file', [seen('a', { sha256: 'bb' })], [seen('a')], [], [], ['_.a']],
  [
    'one that came back as another file',
    [seen('a', { missingSince: AT, sha256: 'bb' })],
    [seen('a')],
    [],
    [],
    ['_.a'],
  ],
])('%s', (_name, remembered, present, remember, missing, rewrapped: string[] = []) => {
  const changes = decideChanges(remembered, present);
  expect(changes.remember.map(({ key }) => key)).toEqual(remember);
  expect(changes.rewrapped.map(({ key }) => key)).toEqual(rewrapped);
  expect(changes.missing.map(({ key }) => key)).toEqual(missing);
});

test('a lost parent breaks what builds on it', () => {
  const children = [seen('b', { ancestors: ['a'] }), seen('c', { ancestors: ['b', 'a'] })];
  expect(decideChanges([seen('a'), ...children], [...children, seen('d')]).missing).toEqual([
    { key: '_.a', breaks: ['b', 'c'] },
  ]);
});
