import { types, type CustomTypesConfig } from 'pg';

function wholeNumber(text: string): number {
  const number = Number(text);
  // Bytes and sequences stay far below 2^53; a value that does not must not be rounded behind our back.
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} does not fit a JavaScript number`);
  return number;
}

const wholeNumbers = (text: string): readonly number[] =>
  text === '{}' ? [] : text.slice(1, -1).split(',').map(wholeNumber);

const instant = (text: string): string => new Date(text).toISOString();

/** By the type's oid in pg_type. */
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [20, wholeNumber], // bigint
  [1016, wholeNumbers], // bigint[]
  [1184, instant], // timestamptz
]);

/** PostgreSQL's bigint as number, timestamptz as RFC 3339 in UTC; for one pool, as pg's own registry is everybody's. */
export const columnTypes: CustomTypesConfig = {
  getTypeParser: (oid, format) => parsers.get(oid) ?? types.getTypeParser(oid, format),
};
