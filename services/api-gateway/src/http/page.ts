import { HoldfastError } from '@holdfast/contracts';

/** Where something stands in a sorted list: what the list is sorted by, as text, then its name. */
export type Place = readonly [key: string, name: string];

type Order = (a: Place, b: Place) => number;

export const ascending: Order = ([key, name], [otherKey, otherName]) =>
  compare(key, otherKey) || compare(name, otherName);
/** Where the key is a time: the newest first. */
export const descending: Order = (a, b) => ascending(b, a);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export type Page<T> = { readonly items: readonly T[]; readonly nextCursor?: string };

/**
 * One page of a list that is sorted by `order`. What comes or goes between two pages shifts nothing, as a cursor names a place
 * and no number. Pure. Throws invalid_request for a cursor that was never told.
 */
export function pageOf<T>(
  all: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  placeOf: (item: T) => Place,
  order: Order = descending,
): Page<T> {
  const behind = cursor === undefined ? undefined : readCursor(cursor);
  const first = behind ? all.findIndex((item) => order(placeOf(item), behind) > 0) : 0;
  const items = first === -1 ? [] : all.slice(first, first + limit);
  const last = items.at(-1);
  const hasMore = last !== undefined && first + limit < all.length;
  return hasMore ? { items, nextCursor: writeCursor(placeOf(last)) } : { items };
}

const writeCursor = (place: Place): string => Buffer.from(place.join('\n')).toString('base64url');

function readCursor(cursor: string): Place {
  const [key, name, ...rest] = Buffer.from(cursor, 'base64url').toString().split('\n');
  if (key !== undefined && name !== undefined && rest.length === 0) return [key, name];
  throw new HoldfastError('invalid_request', 'This is no cursor of a list; take the `nextCursor` of a page.');
}
