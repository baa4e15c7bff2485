import { expect, test } from 'vitest';
import { safeSegments } from './safe-key.ts';

test.each(['a', 'app/app_20260101T000000Z_full_deadbeef.dump.zst', 'Ünïcödé/日本.dump', 'a b/c'])(
  '%s is a key',
  (key) => {
    expect(safeSegments(key).join('/')).toBe(key);
  },
);

test.each([
  ['nothing', ''],
  ['the parent', '../etc/passwd'],
  ['the parent inside', 'a/../../etc'],
  ['absolute', '/etc/passwd'],
  ['a NUL', 'a\0b'],
  ['a newline', 'a\nb'],
  ['a backslash', 'a\\..\\b'],
  ['an empty part', 'a//b'],
  ['a trailing slash', 'a/'],
  ['hidden', '.ssh/id'],
  ['very long', 'x'.repeat(300)],
  ['very long in bytes', '日'.repeat(90)],
])('%s is refused', (_name, key) => {
  expect(() => safeSegments(key)).toThrow(expect.objectContaining({ code: 'path_refused' }));
});
