import { failureOf, type RunId } from '@holdfast/contracts';
import { quoteIdentifier, withClient, type Target } from '@holdfast/postgres';
import { judgeAccount, type AccountFacts } from './judge-account.ts';
import { dropRestoreLogin, handOver, makeRestoreLogin } from './restore-login.ts';

/** With whose rights a restore of a file is done. */
export type Account = {
  /** The same database, as that account. */
  connect(target: Target): Target;
  /** The connection's own rights, as the file is trusted. */
  readonly isTrusted: boolean;
  readonly connection: string;
  readonly owner: string;
  /** Call it in each new database that is to be filled. */
  prepare(target: Target): Promise<void>;
  /** Call it in each database that was filled. */
  handOver(target: Target): Promise<void>;
  close(): Promise<void>;
};

export type OpenAccountOptions = {
  readonly run: RunId;
  /** The database whose place the content takes, when there is one. */
  readonly live: string | undefined;
  /** The configured database. */
  readonly database: string;
  readonly trustFile: boolean;
};

/** The account, or why there is none, as a clause. `admin` connects to `postgres`. */
export async function openAccount(
  admin: Target,
  { run, live, database, trustFile }: OpenAccountOptions,
): Promise<Account | { readonly refused: string }> {
  const facts = await readFacts(admin, live);
  const judged = judgeAccount(facts, trustFile);
  const { connection, owner } = facts;
  const common = { isTrusted: trustFile, connection, owner };
  const nothing = async (): Promise<void> => undefined;
  const bare = { prepare: nothing, handOver: nothing, close: nothing };
  switch (judged.use) {
    case 'none':
      return { refused: judged.reason };
    case 'connection':
      return { ...common, ...bare, connect: (target) => target };
    case 'owner role':
      return { ...common, ...bare, connect: (target) => inRole(target, owner) };
    case 'own login': {
      const close = (): Promise<void> => dropRestoreLogin(admin, run, database);
      await close(); // of an attempt that died
      try {
        const login = await makeRestoreLogin(admin, run, owner);
        const connect = (target: Target): Target =>
          inRole({ ...target, user: login.user, ...passwordOf(login) }, owner);
        await withClient(connect(admin), (client) => client.query('select'));
        return {
          ...common,
          connect,
          prepare: (target) => givePublicSchema(target, owner),
          handOver: (target) => handOver(target, run, owner),
          close,
        };
      } catch (error) {
        await close();
        return {
          refused: `nobody vouches for the file, and the server lets no login of its own in, without special rights (${failureOf(error).message.replace(/\.$/, '')}); allow it in pg_hba.conf, or, if you trust the file, restore it with --trust-file`,
        };
      }
    }
    default:
      return judged satisfies never;
  }
}

const passwordOf = ({ password }: Target): { password?: string } =>
  password === undefined ? {} : { password };

/** What is made belongs to `role`. libpq splits options at spaces. */
function inRole(target: Target, role: string): Target {
  const before = target.parameters['options'];
  const option = `-c role=${role.replace(/[\\\s]/g, '\\$&')}`;
  const options = before === undefined ? option : `${before} ${option}`;
  return { ...target, parameters: { ...target.parameters, options } };
}

/** A role with CREATEROLE could make itself mighty before 16. */
async function readFacts(admin: Target, live: string | undefined): Promise<AccountFacts> {
  return withClient(admin, async (client) => {
    const { rows } = await client.query<AccountFacts>(
      `with who as (
         select current_user::text as connection,
                coalesce((select pg_get_userbyid(datdba)::text from pg_database where datname = $1), current_user::text) as owner
       ), mighty as (
         select oid from pg_roles
          where rolsuper
             or rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
             or rolcreaterole and current_setting('server_version_num')::int < 160000
       )
       select connection, owner,
              exists (select from mighty where pg_has_role(connection::name, mighty.oid, 'member')) as "connectionIsMighty",
              exists (select from mighty where pg_has_role(owner::name, mighty.oid, 'member')) as "ownerIsMighty",
              pg_has_role(connection::name, owner::name, 'member') as "mayActAsOwner"
         from who`,
      [live ?? null],
    );
    if (rows[0]) return rows[0];
    throw new Error('the server answered a question about its roles with nothing');
  });
}

/** Dumps of 14 and older with --clean make the schema anew; there it belongs to the superuser, from 15 on to the owner. */
async function givePublicSchema(target: Target, owner: string): Promise<void> {
  await withClient(target, async (client) => {
    const { rows } = await client.query<{ before15: boolean }>(
      `select current_setting('server_version_num')::int < 150000 as "before15"`,
    );
    if (rows[0]?.before15) await client.query(`alter schema public owner to ${quoteIdentifier(owner)}`);
  });
}
