import type { Bucket } from '@holdfast/bus';
import type { Verification } from '@holdfast/contracts';

/** Compare-and-set, again until nobody came between. `change` answers undefined to leave it as it is. */
export async function changeVerification(
  bucket: Bucket<Verification>,
  name: string,
  change: (before: Verification | undefined) => Verification | undefined,
): Promise<void> {
  for (;;) {
    const entry = await bucket.get(name);
    const after = change(entry?.value);
    if (after === undefined) return;
    const written = entry
      ? await bucket.update(name, after, entry.revision)
      : await bucket.create(name, after);
    if (written) return;
  }
}
