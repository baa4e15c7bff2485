import { expect, test } from 'vitest';
import { ascending, pageOf, type Place } from './page.ts';

const places: readonly Place[] = [
  ['2026-01-03T00:00:00Z', 'c'],
  ['2026-01-02T00:00:00Z', 'b'],
  ['2026-01-02T00:00:00Z', 'a'],
  ['2026-01-01T00:00:00Z', 'z'],
];
const page = (all: readonly Place[], limit: number, cursor?: string) =>
  pageOf(all, { limit, cursor }, (place) => place);
const names = ({ items }: { readonly items: readonly Place[] }) => items.map(([, name]) => name);

test.each([1, 2, 3, 4, 9])('pages of %d follow one another, and the last has no cursor', (limit) => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const next = page(places, limit, cursor);
    expect(next.items.length).toBeGreaterThan(0);
    seen.push(...names(next));
    cursor = next.nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(['c', 'b', 'a', 'z']);
});

test('what comes or goes between two pages shifts nothing', () => {
  const { nextCursor } = page(places, 2);
  const newer: Place = ['2026-01-04T00:00:00Z', 'd'];
  expect(names(page([newer, ...places], 2, nextCursor))).toEqual(['a', 'z']);
  const gone = places.filter(([, name]) => name !== 'b');
  expect(names(page(gone, 2, nextCursor))).toEqual(['a', 'z']);
  expect(page([newer], 2, nextCursor)).toEqual({ items: [] });
});

test('a list that is sorted the other way', () => {
  const all = places.toReversed();
  const first = pageOf(all, { limit: 3 }, (place) => place, ascending);
  expect(names(first)).toEqual(['z', 'a', 'b']);
  const { nextCursor: cursor } = first;
  expect(names(pageOf(all, { limit: 3, cursor }, (place) => place, ascending))).toEqual(['c']);
});

test.each(['', 'x', '0', '../..', Buffer.from('a\nb\nc').toString('base64url')])(
  '%j is no cursor',
  (cursor) => {
    expect(() => page(places, 2, cursor)).toThrow(/no cursor/);
  },
);
