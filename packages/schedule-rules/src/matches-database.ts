/** Whether a schedule's `database` means this id: the id itself, or a pattern with * (any text) and ? (one character). */
export function matchesDatabase(pattern: string, database: string): boolean {
  if (!isPattern(pattern)) return pattern === database;
  const expression = pattern
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(database);
}

export const isPattern = (pattern: string): boolean => /[*?]/.test(pattern);

/** An id is taken as it is, so that a missing database fails aloud; a pattern means those that are known. */
export function databasesOf(pattern: string, known: readonly string[]): readonly string[] {
  if (!isPattern(pattern)) return [pattern];
  return known.filter((database) => matchesDatabase(pattern, database)).sort();
}
