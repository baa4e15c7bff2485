import { describe, expect, test } from 'vitest';
import { READ_16, READ_17_AND_18, SEEN_15 } from '../../test/messages.ts';
import { isScratchFull } from '../scratch/judge-scratch-full.ts';
import { DumpLog } from './dump-log.ts';

const read = (text: string, pieceLength = text.length) => {
  const log = new DumpLog();
  const items: string[] = [];
  for (let at = 0; at < text.length; at += pieceLength) {
    for (const { dumpId, kind } of log.add(text.slice(at, at + pieceLength))) items.push(`${dumpId} ${kind}`);
  }
  return { items, complaints: log.complaints };
};

describe.each([
  ['15, seen', SEEN_15, ['3589 BLOBS', '3573 TABLE DATA', '3572 TABLE DATA']],
  ['16, read in its source', READ_16, ['3402 BLOBS', '3398 TABLE DATA']],
  ['17 and 18, read', READ_17_AND_18, ['2584 BLOBS', '2585 BLOBS', '2581 TABLE DATA']],
])('pg_dump %s', (_major, text, expected) => {
  test.each([1, 7, 64, 10_000])('in pieces of %d characters', (pieceLength) => {
    expect(read(text, pieceLength)).toEqual({ items: expected, complaints: '' });
  });
});

test.each([
  [
    'two at once',
    'pg_dump: pg_dump: finished item 7 TABLE DATA a\ndumping contents of table "b"\n',
    ['7 TABLE DATA'],
  ],
  ['without its beginning', 'finished item 8 BLOBS BLOBS\n', ['8 BLOBS']],
  [
    'a name that says so',
    'pg_dump: finished item 9 TABLE DATA finished item 1 TABLE DATA x\n',
    ['9 TABLE DATA'],
  ],
  ['inside another word', 'unfinished item 9 TABLE DATA x\n', []],
  ['of another kind', 'pg_dump: finished item 9 MODEL x\n', []],
  ['not yet ended', 'pg_dump: finished item 9 TABLE DATA x', []],
])('a line %s', (_name, text, expected) => {
  expect(read(text).items).toEqual(expected);
});

test('complaints are kept and progress is not, however much there is of it', () => {
  const progress = 'pg_dump: dumping contents of table "public.t"\n'.repeat(10_000);
  const complaint =
    'pg_dump: warning: there are circular foreign-key constraints\npg_dump: detail: parent\npg_dump: error: Dumping failed\npg_dump: detail: Query was: COPY a\nTO stdout;';
  expect(read(progress + complaint.replace('pg_dump: error', `${progress}pg_dump: error`)).complaints).toBe(
    complaint,
  );
});

test.each([
  [
    'after another’s beginning',
    'pg_dump: dumping contents of table "a"pg_dump: error: could not write: No space left on device\n',
  ],
  [
    'without its own beginning',
    'pg_dump: pg_dump: finished item 3 TABLE DATA a\nerror: could not write: No space left on device\n',
  ],
])('an error %s is kept, and is a full disk', (_name, text) => {
  const { complaints } = read(text);
  expect(complaints).toContain('No space left on device');
  expect(isScratchFull(complaints)).toBe(true);
});

test('a server that is full is no full scratch folder', () => {
  const said = 'pg_dump: error: Dumping failed: ERROR:  could not extend file "x": No space left on device\n';
  expect(isScratchFull(read(said).complaints)).toBe(false);
});
