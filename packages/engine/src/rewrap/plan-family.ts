import type { Manifest } from '@holdfast/contracts';

/**
 * A backup with all that it builds on and all that builds on the same full, the oldest first. Each needs the files of others
 * to be read: one of them alone with other recipients would be read by nobody who has either key only.
 */
export function planFamily(of: Manifest, present: readonly Manifest[]): readonly Manifest[] {
  const root = rootOf(of);
  return present
    .filter((each) => each.backup.run === of.backup.run || rootOf(each) === root)
    .toSorted((a, b) => a.backup.createdAt.localeCompare(b.backup.createdAt));
}

const rootOf = ({ ancestors, backup }: Manifest): string => ancestors.at(-1)?.run ?? backup.run;
