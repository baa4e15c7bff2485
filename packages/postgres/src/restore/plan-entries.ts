import type { Toc } from '../contents/toc.ts';

/** Which lines of `pg_restore --list` are restored. */
export type EntrySelection = {
  readonly skipExtensions?: boolean;
  readonly skipExtensionComments?: boolean;
  /** Leave out what a superuser alone can make (`isSuperuserContent`). */
  readonly skipSuperuserContent?: boolean;
};

/** Kinds of entries that a superuser alone can make, as pg_restore --list calls them. */
const SUPERUSER_KINDS = ['EVENT TRIGGER', 'FOREIGN DATA WRAPPER', 'PROCEDURAL LANGUAGE', 'SUBSCRIPTION'];
const ABOUT_THEM =
  /^(?:COMMENT|ACL|SECURITY LABEL) - (?:EVENT TRIGGER|FOREIGN DATA WRAPPER|LANGUAGE|SUBSCRIPTION) /;

/** `kind` of an entry of a dump's contents. */
export const isSuperuserContent = (kind: string): boolean => SUPERUSER_KINDS.includes(kind);

/** A line reads `dumpId; tableOid oid TYPE schema name owner`; types may have spaces. */
export function keepEntry(line: string, selection: EntrySelection): boolean {
  const what = whatOf(line);
  if (selection.skipSuperuserContent) {
    if (SUPERUSER_KINDS.some((kind) => what.startsWith(`${kind} - `)) || ABOUT_THEM.test(what)) return false;
  }
  const isComment = what.startsWith('COMMENT - EXTENSION ');
  const isExtension = what.startsWith('EXTENSION - ');
  if (isComment) return !selection.skipExtensions && !selection.skipExtensionComments;
  return !(isExtension && selection.skipExtensions);
}

export const dumpIdOf = (line: string): number => Number.parseInt(line, 10);

export const isTableData = (line: string): boolean => whatOf(line).startsWith('TABLE DATA ');

/** What belongs to an object and is nothing without it. */
const ATTACHED = new Set(['ACL', 'COMMENT', 'SECURITY LABEL']);

/** The schemas that are needed and not there, with their comments and privileges, by dump id. */
export function schemasToMake(
  toc: Toc,
  there: ReadonlySet<string>,
  needed: ReadonlySet<string>,
): readonly number[] {
  const made = new Set(
    toc.entries.flatMap(({ dumpId, kind, name }) =>
      kind === 'SCHEMA' && needed.has(name) && !there.has(name) ? [dumpId] : [],
    ),
  );
  const attached = toc.entries.filter(
    ({ kind, dependencies }) => ATTACHED.has(kind) && dependencies.some((id) => made.has(id)),
  );
  return [...made, ...attached.map(({ dumpId }) => dumpId)];
}

/** The line without its numbers. */
export const whatOf = (line: string): string => /^\d+; \d+ \d+ (.+)$/.exec(line)?.[1] ?? '';
