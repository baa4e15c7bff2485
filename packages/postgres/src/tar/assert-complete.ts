import { PostgresError } from '../postgres-error.ts';

/** Throws archive_truncated unless every file that a dump names is there. */
export function assertComplete(
  named: readonly string[],
  there: { readonly has: (name: string) => boolean },
): void {
  const missing = named.find((name) => !there.has(name));
  if (missing === undefined) return;
  throw new PostgresError(
    'archive_truncated',
    `The tar lacks ${missing}, which the dump in it names; take another backup.`,
  );
}
