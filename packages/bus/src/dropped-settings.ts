import { isDeepStrictEqual } from 'node:util';

/** Names of what was asked for and is not as asked in the server's answer. The server leaves zeros and falses out. */
export function droppedSettings(wanted: object, made: object): readonly string[] {
  const given = new Map<string, unknown>(Object.entries(made));
  return Object.entries(wanted)
    .filter(([name, value]) => !isDeepStrictEqual(given.get(name) ?? emptyLike(value), value))
    .map(([name]) => name);
}

const emptyLike = (value: unknown): unknown =>
  typeof value === 'number' ? 0 : typeof value === 'boolean' ? false : undefined;
