/** What a restore makes beside a database: not databases of anybody's own. */
const OURS = /_(?:before|undone)_[0-9a-f]{8}$|_incoming_[0-9a-f]{8}_\d+$/;

/** `*` and `?` as in a shell; everything else as it is. */
const patternOf = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

const patternsIn = (globs: string | undefined): readonly RegExp[] =>
  (globs ?? '').split(/[\s,]+/).flatMap((glob) => (glob === '' ? [] : [patternOf(glob)]));

/**
 * Which of a server's databases are backed up: those that `include` names (all without it) and `exclude` does not, both
 * lists of patterns. The server's own `postgres` only where it is all there is or is named.
 */
export function planNames(
  names: readonly string[],
  { include, exclude }: { readonly include?: string | undefined; readonly exclude?: string | undefined },
): readonly string[] {
  const included = patternsIn(include);
  const excluded = patternsIn(exclude);
  const own = names.filter((name) => !OURS.test(name));
  return own.filter((name) => {
    if (excluded.some((pattern) => pattern.test(name))) return false;
    if (included.length > 0) return included.some((pattern) => pattern.test(name));
    return name !== 'postgres' || own.length === 1;
  });
}
