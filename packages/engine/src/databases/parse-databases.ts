import { createHash } from 'node:crypto';
import { databaseIdSchema, HoldfastError, type DatabaseId } from '@holdfast/contracts';
import { parseTarget, type Target } from '@holdfast/postgres';

export type DatabaseTarget = { readonly id: DatabaseId; readonly target: Target };

/** `id` absent: to be derived from PostgreSQL's name. `target.database` of `*`: every database of that server. */
export type DatabaseEntry = { readonly id: string | undefined; readonly target: Target };

/**
 * The text of BACKUP_DATABASES: entries `id=postgres://…` separated by whitespace or newline, or by a comma that is
 * followed by `id=`. A URL may itself hold commas. Throws invalid_request naming the entry, never its password.
 */
export function parseDatabaseEntries(text: string): readonly DatabaseEntry[] {
  return text
    .split(/\s+|,(?=[a-zA-Z0-9_-]+=postgres)/)
    .filter((entry) => entry !== '')
    .map((entry, index) => {
      const match = /^(?:(?<id>[^=/:]+)=)?(?<url>postgres(?:ql)?:\/\/.+)$/.exec(entry);
      if (!match?.groups?.['url']) {
        throw new HoldfastError(
          'invalid_request',
          `BACKUP_DATABASES: entry ${index + 1} is not "id=postgres://…"; write for example app=postgres://user@host/app.`,
        );
      }
      const id = match.groups['id'];
      if (id !== undefined && !databaseIdSchema.safeParse(id).success) {
        throw new HoldfastError(
          'invalid_request',
          `BACKUP_DATABASES: "${id}" is no id; use lower-case letters, digits, - and _ only.`,
        );
      }
      return { id, target: parseTarget(match.groups['url']) };
    });
}

/**
 * Our id of a database that was given none: lower case, other characters become `-`, and a changed or colliding one
 * gets `-` and 6 hex digits of sha256(name), so that two databases never share a folder.
 */
export function deriveDatabaseId(name: string, taken: ReadonlySet<string>): DatabaseId {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-')
    .slice(0, 56);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return plain === name && !taken.has(plain) && plain !== '_' && plain !== '' ? plain : `${plain}-${hash}`;
}
