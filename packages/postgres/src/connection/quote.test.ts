import { expect, test } from 'vitest';
import { quoteConninfo, quoteIdentifier, quoteLiteral } from './quote.ts';

test.each([
  ['app', '"app"'],
  ['A"b', '"A""b"'],
  ['', '""'],
])('identifier %s', (name, quoted) => {
  expect(quoteIdentifier(name)).toBe(quoted);
});

test.each([
  ["it's", "'it''s'"],
  [String.raw`a\'b`, String.raw` E'a\\''b'`],
])('literal %s', (text, quoted) => {
  expect(quoteLiteral(text)).toBe(quoted);
});

test('connection string value', () => {
  expect(quoteConninfo(String.raw`a' host=\x`)).toBe(String.raw`'a\' host=\\x'`);
});
