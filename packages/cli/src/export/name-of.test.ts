import { expect, test } from 'vitest';
import { nameOf } from './name-of.ts';

test.each([
  ['attachment; filename="a_b.dump.zst"; filename*=UTF-8\'\'a_b.dump.zst', 'a_b.dump.zst'],
  ["attachment; filename*=UTF-8''a-1.2.tar.zst.age", 'a-1.2.tar.zst.age'],
  ["attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", undefined],
  ["attachment; filename*=UTF-8''.bashrc", undefined],
  ["attachment; filename*=UTF-8''%E0%A4%A", undefined],
  ["attachment; filename*=UTF-8''a%0ab", undefined],
  ['attachment; filename="a.dump"', undefined],
  ['', undefined],
])('%s', (header, expected) => {
  expect(nameOf({ headers: new Headers({ 'content-disposition': header }) })).toBe(expected);
});
