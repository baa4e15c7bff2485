import type { CatalogueEntry } from '@holdfast/contracts';

export type Seen = { readonly key: string; readonly value: CatalogueEntry };

export type Changes = {
  /** Not known yet, or not all of it, or back again. */
  readonly remember: readonly Seen[];
  /** Its data is another file than what was told: somebody gave it other recipients. */
  readonly rewrapped: readonly Seen[];
  /** Known, not there, and not told of. With the names of those that cannot be restored without it. */
  readonly missing: readonly { readonly key: string; readonly breaks: readonly string[] }[];
};

/** Compares what is remembered of a database at a place with what is there. Removals that are under way are nobody's loss. */
export function decideChanges(remembered: readonly Seen[], present: readonly Seen[]): Changes {
  const known = new Map(remembered.map(({ key, value }) => [key, value]));
  const there = new Set(present.map(({ key }) => key));
  const staying = present.filter(({ key }) => known.get(key)?.removing === undefined);
  const isAnother = ({ key, value }: Seen): boolean => {
    const told = known.get(key)?.sha256;
    return told !== undefined && told !== value.sha256;
  };
  const isNew = ({ key }: Seen): boolean => {
    const before = known.get(key);
    return before?.sha256 === undefined || before.missingSince !== undefined;
  };
  const lost = remembered.filter(
    ({ key, value }) => !there.has(key) && value.missingSince === undefined && value.removing === undefined,
  );
  const missing = lost.map(({ key, value: { name } }) => ({
    key,
    breaks: present.flatMap(({ value }) => (value.ancestors.includes(name) ? [value.name] : [])),
  }));
  return {
    rewrapped: staying.filter(isAnother),
    remember: staying.filter((seen) => isNew(seen) && !isAnother(seen)),
    missing,
  };
}
