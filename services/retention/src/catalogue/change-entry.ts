import type { Bucket, Entry } from '@holdfast/bus';
import type { CatalogueEntry } from '@holdfast/contracts';

/** Writes what `change` makes of the entry, again until nobody else wrote in between. Undefined: it is left as it is. */
export async function changeEntry(
  catalogue: Bucket<CatalogueEntry>,
  key: string,
  change: (present: CatalogueEntry | undefined) => CatalogueEntry | undefined,
): Promise<Entry<CatalogueEntry> | undefined> {
  for (;;) {
    const present = await catalogue.get(key);
    const wanted = change(present?.value);
    if (wanted === undefined) return present;
    const written = present
      ? await catalogue.update(key, wanted, present.revision)
      : await catalogue.create(key, wanted);
    if (written) return written;
  }
}

/** What is there is remembered so, unless it is being removed. */
export const noteEntry = (
  catalogue: Bucket<CatalogueEntry>,
  key: string,
  entry: CatalogueEntry,
): Promise<Entry<CatalogueEntry> | undefined> =>
  changeEntry(catalogue, key, (present) => (present?.removing ? undefined : entry));
