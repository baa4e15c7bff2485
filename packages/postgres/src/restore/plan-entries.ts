/** Which lines of `pg_restore --list` are restored. */
export type EntrySelection = {
  readonly skipExtensions?: boolean;
  readonly skipExtensionComments?: boolean;
};

/** A line reads `dumpId; tableOid oid TYPE schema name owner`; types may have spaces. */
export function keepEntry(line: string, selection: EntrySelection): boolean {
  const what = /^\d+; \d+ \d+ (.+)$/.exec(line)?.[1] ?? '';
  const isComment = what.startsWith('COMMENT - EXTENSION ');
  const isExtension = what.startsWith('EXTENSION - ');
  if (isComment) return !selection.skipExtensions && !selection.skipExtensionComments;
  return !(isExtension && selection.skipExtensions);
}
