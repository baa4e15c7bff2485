import { expect, test } from 'vitest';
import { keptNote, readKeptNote } from './kept-note.ts';

const note = {
  live: 'app',
  restore: '0190b0a0-0000-7000-8000-0000deadbeef',
  keptUntil: '2026-01-02T00:00:00Z',
};

test('a note reads back as it was written', () => {
  expect(readKeptNote(keptNote(note))).toEqual(note);
});

test.each([
  ['no comment', undefined],
  ["somebody else's comment", 'the old app, do not drop!'],
  ['an edited note', `${keptNote(note)} keep me`],
  ['a note without a date', keptNote({ ...note, keptUntil: 'soon' })],
])('%s is never taken for ours, so nothing is dropped by it', (_name, comment) => {
  expect(readKeptNote(comment)).toBeUndefined();
});
