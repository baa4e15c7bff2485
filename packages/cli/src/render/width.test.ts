import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';
import { cutEnd, displayWidth, padEnd, wrap } from './width.ts';

test.each([
  ['abc', 3],
  ['äöü', 3],
  ['a\u0308', 1],
  ['東京', 4],
  ['✓ ok', 4],
  ['🐘', 2],
  ['\u001b[36mcyan\u001b[39m', 4],
])('%j takes %d cells', (text, cells) => expect(displayWidth(text)).toBe(cells));

test.each([
  ['short', 10, 'short'],
  ['exactly', 7, 'exactly'],
  ['a bit longer', 8, 'a bit l…'],
  ['a bit longer', 6, 'a bit…'],
  ['東京都', 5, '東京…'],
  ['東京都', 4, '東…'],
  ['anything', 0, ''],
])('%j cut to %d', (text, width, expected) => {
  expect(cutEnd(text, width)).toBe(expected);
  expect(displayWidth(expected)).toBeLessThanOrEqual(width);
});

test('wide characters are padded by what they take', () => expect(padEnd('東', 4)).toBe('東  '));

test('text is broken at spaces; what is longer than a line stays whole', () => {
  expect(wrap('one two three /a/very/long/path four', 9)).toEqual([
    'one two',
    'three',
    '/a/very/long/path',
    'four',
  ]);
});

test.each([
  ['escape sequences', 'a\u001b[2Jb', 'a\u{fffd}[2Jb'],
  ['C1 and bell', 'a\u009b1mb\u0007', 'a\u{fffd}1mb\u{fffd}'],
  ['line breaks and tabs', ' a\r\n\tb ', 'a b'],
  ['direction overrides', 'gnp\u202e.exe', 'gnp\u{fffd}.exe'],
  ['letters of any script', 'vor dem Umzug nach 東京', 'vor dem Umzug nach 東京'],
])('%s are made plain', (_name, text, expected) => expect(plainText(text)).toBe(expected));
