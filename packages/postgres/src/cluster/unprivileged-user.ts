import { readFile } from 'node:fs/promises';
import { PostgresError } from '../postgres-error.ts';

export type SystemUser = { readonly uid: number; readonly gid: number; readonly name: string };

const CANDIDATES = ['postgres', 'nobody'];

/**
 * The user that servers run as when this process is root, which PostgreSQL refuses: `preferred`, else postgres or
 * nobody. undefined when we are not root. Throws drill_unavailable when there is none.
 */
export async function unprivilegedUser(preferred?: string): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return chooseUser(await readFile('/etc/passwd', 'utf8'), preferred);
}

/** From the text of /etc/passwd. */
export function chooseUser(passwd: string, preferred?: string): SystemUser {
  const users = new Map(
    passwd.split('\n').flatMap((line) => {
      const [name = '', , uid = '', gid = ''] = line.split(':');
      return /^\d+$/.test(uid) && /^\d+$/.test(gid)
        ? [[name, { name, uid: Number(uid), gid: Number(gid) }]]
        : [];
    }),
  );
  const names = preferred === undefined ? CANDIDATES : [preferred];
  const found = names.map((name) => users.get(name)).find((user) => user !== undefined && user.uid !== 0);
  if (found) return found;
  throw new PostgresError(
    'drill_unavailable',
    `PostgreSQL refuses to run as root, and there is no unprivileged user ${names.map((name) => `"${name}"`).join(' or ')}; make one: useradd --system postgres`,
  );
}
