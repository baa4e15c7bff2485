import { HoldfastError } from '@holdfast/contracts';

/** Where something stands in a list that is newest first: its time, then its name. */
export type Place = readonly [at: string, name: string];

/** The order of such lists. Pure. */
export const newestFirst = ([at, name]: Place, [otherAt, otherName]: Place): number =>
  otherAt.localeCompare(at) || otherName.localeCompare(name);

export type Page<T> = { readonly items: readonly T[]; readonly nextCursor?: string };

/**
 * One page of a list that is newest first. What comes or goes between two pages shifts nothing, as a cursor names a place
 * and no number. Pure. Throws invalid_request for a cursor that was never told.
 */
export function pageOf<T>(
  all: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  placeOf: (item: T) => Place,
): Page<T> {
  const behind = cursor === undefined ? undefined : readCursor(cursor);
  const first = behind ? all.findIndex((item) => newestFirst(placeOf(item), behind) > 0) : 0;
  const items = first === -1 ? [] : all.slice(first, first + limit);
  const last = items.at(-1);
  const hasMore = last !== undefined && first + limit < all.length;
  return hasMore ? { items, nextCursor: writeCursor(placeOf(last)) } : { items };
}

const writeCursor = (place: Place): string => Buffer.from(place.join('\n')).toString('base64url');

function readCursor(cursor: string): Place {
  const [at, name, ...rest] = Buffer.from(cursor, 'base64url').toString().split('\n');
  if (at !== undefined && name !== undefined && rest.length === 0) return [at, name];
  throw new HoldfastError('invalid_request', 'This is no cursor of a list; take the `nextCursor` of a page.');
}
