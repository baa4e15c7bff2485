import type { KnownDatabase } from '@holdfast/contracts';
import { isoOf, msOf } from '@holdfast/schedule-rules';

/** A worker may be away so long before what it backed up is taken to be given up. */
const REMEMBERED_MS = 7 * 86_400_000;
/** Often enough for a memory of a week, and seldom enough to cost nothing. */
const REFRESH_MS = 3_600_000;

export type DatabasesDecision = {
  readonly known: readonly string[];
  readonly write: readonly { readonly id: string; readonly value: KnownDatabase }[];
};

export function decideDatabases(input: {
  readonly present: readonly { readonly id: string; readonly name: string }[];
  readonly stored: ReadonlyMap<string, KnownDatabase>;
  readonly nowMs: number;
}): DatabasesDecision {
  const present = new Map(input.present.map(({ id, name }) => [id, name]));
  const remembered = [...input.stored].filter(
    ([, { lastSeenAt }]) => input.nowMs - msOf(lastSeenAt) <= REMEMBERED_MS,
  );
  return {
    known: [...new Set([...present.keys(), ...remembered.map(([id]) => id)])].sort(),
    write: [...present]
      .filter(([id, name]) => {
        const stored = input.stored.get(id);
        // A time in the future was written by a clock that went wrong.
        return (
          !stored || stored.name !== name || Math.abs(input.nowMs - msOf(stored.lastSeenAt)) > REFRESH_MS
        );
      })
      .map(([id, name]) => ({ id, value: { name, lastSeenAt: isoOf(input.nowMs) } })),
  };
}
