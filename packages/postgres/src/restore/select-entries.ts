import type { Toc } from '../contents/toc.ts';
import { withClient } from '../connection/client.ts';
import type { Target } from '../connection/target.ts';
import { planLists } from '../selection/plan-lists.ts';
import { checkSelection, isSelective, type Selection } from '../selection/selection.ts';
import { dumpIdOf, isTableData, keepEntry, schemasToMake, type EntrySelection } from './plan-entries.ts';
import type { Listing } from './read-contents.ts';

export type EntryOptions = EntrySelection & { readonly target: Target; readonly selection?: Selection };

/** Whether everything is restored, so that no list is needed. */
export const takesEverything = (options: EntryOptions): boolean =>
  !options.skipExtensions &&
  !options.skipExtensionComments &&
  !options.skipSuperuserContent &&
  !isSelective(options.selection);

/**
 * The lines of the dump's list that are restored. A schema that the target lacks comes with what is selected from it;
 * pg_restore by itself would fail there.
 */
export async function selectEntries(listing: Listing, options: EntryOptions): Promise<readonly string[]> {
  const entries = listing.entries.filter((entry) => keepEntry(entry, options));
  const { selection } = options;
  if (!isSelective(selection)) return entries;
  checkSelection(selection);
  const { kept, withoutData } = planLists(selection);
  const wanted = await idsOf(listing, kept, () => true);
  for (const id of await idsOf(listing, withoutData, isTableData)) wanted.delete(id);
  const toc = kept[0]?.length === 0 ? undefined : await listing.toc();
  if (toc) for (const id of await missingSchemas(toc, wanted, options.target)) wanted.add(id);
  return entries.filter((entry) => wanted.has(dumpIdOf(entry)));
}

async function idsOf(
  listing: Listing,
  selections: readonly (readonly string[])[],
  isMeant: (entry: string) => boolean,
): Promise<Set<number>> {
  const ids = new Set<number>();
  for (const selection of selections) {
    for (const entry of await listing.list(selection)) if (isMeant(entry)) ids.add(dumpIdOf(entry));
  }
  return ids;
}

async function missingSchemas(
  toc: Toc,
  wanted: ReadonlySet<number>,
  target: Target,
): Promise<readonly number[]> {
  const needed = toc.entries.flatMap((entry) => (wanted.has(entry.dumpId) ? (entry.schema ?? []) : []));
  return schemasToMake(toc, await schemasAmong(target, [...new Set(needed)]), new Set(needed));
}

async function schemasAmong(target: Target, names: readonly string[]): Promise<ReadonlySet<string>> {
  return withClient(target, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select nspname as name from pg_namespace where nspname = any($1)',
      [names],
    );
    return new Set(rows.map(({ name }) => name));
  });
}
