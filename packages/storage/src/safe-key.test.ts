import { expect, test } from 'vitest';
import { isSafeKey, leftoverSegments, safeSegments } from './safe-key.ts';

test.each([
  'a',
  'app/app_20260101T000000Z_full_deadbeef.dump.zst',
  'Ünïcödé/日本.dump',
  'a b/c',
  'a..b/c.',
  '-rf',
  `${'x'.repeat(237)}/${'日'.repeat(79)}`,
])('%s is a key', (key) => {
  expect(safeSegments(key).join('/')).toBe(key);
  expect(isSafeKey(key)).toBe(true);
});

const refused: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['the parent', '../etc/passwd'],
  ['the parent alone', '..'],
  ['the parent inside', 'a/../../etc'],
  ['here', './a'],
  ['absolute', '/etc/passwd'],
  ['a NUL', 'a\0b'],
  ['a newline', 'a\nb'],
  ['a delete character', 'a\u007fb'],
  ['a C1 control character', 'a\u0085b'],
  ['a backslash', 'a\\..\\b'],
  ['an empty part', 'a//b'],
  ['a trailing slash', 'a/'],
  ['hidden', '.ssh/id'],
  ['hidden inside', 'a/.git'],
  ['half a surrogate pair', 'a\ud800b'],
  ['a part over 255 bytes', 'x'.repeat(256)],
  ['a part that leaves no room for its temporary name', 'x'.repeat(238)],
  ['long in bytes, not in characters', '日'.repeat(86)],
  ['long as a whole', Array.from({ length: 20 }, () => 'x'.repeat(60)).join('/')],
  ['an unfinished write', 'a/b.part'],
];

test.each(refused)('%s is refused', (_name, key) => {
  expect(() => safeSegments(key)).toThrow(expect.objectContaining({ code: 'path_refused' }));
  expect(isSafeKey(key)).toBe(false);
});

test('the refusal repeats the name without its control characters', () => {
  expect(() => safeSegments('a\u001b[2Jb')).toThrow('"a?[2Jb" cannot name an object');
});

test('an unfinished write is named by its ending, and as safe as any other', () => {
  expect(leftoverSegments('a/b.0123456789ab.part')).toEqual(['a', 'b.0123456789ab.part']);
  for (const key of ['a/b', '../b.part', '.part', 'a/.part', '/a.part'])
    expect(() => leftoverSegments(key)).toThrow(expect.objectContaining({ code: 'path_refused' }));
});
