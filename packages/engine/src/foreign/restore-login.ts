import { randomBytes } from 'node:crypto';
import type { RunId } from '@holdfast/contracts';
import { quoteIdentifier, quoteLiteral, withClient, type Target } from '@holdfast/postgres';

/** One for each run, so that whoever takes it over finds what was left. */
const nameOf = (run: RunId): string => `holdfast_restore_${run.slice(-8)}`;

/** A login for one restore, that can do what `owner` can and nothing else. `admin` is a superuser. */
export async function makeRestoreLogin(admin: Target, run: RunId, owner: string): Promise<Target> {
  const user = nameOf(run);
  const password = randomBytes(24).toString('base64url');
  await withClient(admin, async (client) => {
    await client.query(
      `create role ${quoteIdentifier(user)} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${quoteLiteral(password)}`,
    );
    await client.query(`grant ${quoteIdentifier(owner)} to ${quoteIdentifier(user)}`);
  });
  return { ...admin, user, password };
}

/** What a file made without regard to its role goes to `owner`, so that nothing is lost with the login. */
export async function handOver(target: Target, run: RunId, owner: string): Promise<void> {
  const user = quoteIdentifier(nameOf(run));
  await withClient(target, async (client) => {
    await client.query(`reassign owned by ${user} to ${quoteIdentifier(owner)}`);
    await client.query(`drop owned by ${user}`);
  });
}

/** Idempotent; also for what a killed process left. `database`: where it may own something. */
export async function dropRestoreLogin(admin: Target, run: RunId, database: string): Promise<void> {
  const user = nameOf(run);
  const isThere = await withClient(admin, async (client) => {
    const { rows } = await client.query<{ owner: string | null }>(
      `select (select pg_get_userbyid(datdba) from pg_database where datname = $2) as owner from pg_roles where rolname = $1`,
      [user, database],
    );
    return rows[0];
  });
  if (!isThere) return;
  if (isThere.owner !== null) await handOver({ ...admin, database }, run, isThere.owner);
  await withClient(admin, (client) => client.query(`drop role if exists ${quoteIdentifier(user)}`));
}
