import { withClient, type SqlClient } from '../connection/client.ts';
import type { Target } from '../connection/target.ts';
import { PostgresError } from '../postgres-error.ts';

/** Something that a restore should know of beforehand. `detail` is a clause without a full stop. */
export type PreflightFinding = {
  readonly check: string;
  readonly blocking: boolean;
  readonly detail: string;
};

/** What the content needs of the server, when it is known. */
export type ServerNeeds = {
  readonly roles?: readonly string[];
  /** name → version */
  readonly extensions?: Readonly<Record<string, string>>;
};

/** What stands in the way of putting another database in the place of `live`, all at once. `admin` connects to `postgres`. */
export async function preflightSwap(
  admin: Target,
  live: string,
  needs: ServerNeeds = {},
): Promise<readonly PreflightFinding[]> {
  const ofServer = await withClient(admin, async (client) => [
    ...(await checkRights(client, live)),
    ...(await checkPreparedTransactions(client, live)),
    ...(await checkSlotsAndSubscriptions(client, live)),
    ...(await checkSpace(client, live)),
    ...(await checkNeeds(client, needs)),
  ]);
  const publications = await withClient({ ...admin, database: live }, checkPublications);
  return [...ofServer, ...publications];
}

const blocking = (check: string, detail: string): PreflightFinding => ({ check, blocking: true, detail });

async function checkRights(client: SqlClient, live: string): Promise<readonly PreflightFinding[]> {
  const { rows } = await client.query<{
    superuser: boolean;
    createdb: boolean;
    owns: boolean;
    owner: string;
    foreign: string;
  }>(
    `select me.rolsuper as superuser, me.rolcreatedb as createdb, owner.rolname as owner,
            pg_has_role(d.datdba, 'member') as owns,
            (select count(*) from pg_stat_activity a
              where a.datid = d.oid and a.usesysid is not null
                and not (pg_has_role(a.usesysid, 'member')
                         or pg_has_role('pg_signal_backend', 'member')
                            and not (select rolsuper from pg_roles where oid = a.usesysid))) as foreign
       from pg_database d
       join pg_roles owner on owner.oid = d.datdba
       join pg_roles me on me.rolname = current_user
      where d.datname = $1`,
    [live],
  );
  const row = rows[0];
  if (!row) throw new PostgresError('database_missing', `There is no database "${live}" to be replaced.`);
  if (row.superuser) return [];
  const findings: PreflightFinding[] = [];
  if (!row.createdb)
    findings.push(blocking('rights', 'the account may not make databases (it needs CREATEDB)'));
  if (!row.owns) {
    findings.push(
      blocking('rights', `the account is neither "${row.owner}", the owner of "${live}", nor a member of it`),
    );
  }
  if (Number(row.foreign) > 0) {
    findings.push(
      blocking(
        'rights',
        `the account may not end ${row.foreign} sessions of other users (it needs pg_signal_backend, or a superuser's must be closed)`,
      ),
    );
  }
  return findings;
}

async function checkPreparedTransactions(
  client: SqlClient,
  live: string,
): Promise<readonly PreflightFinding[]> {
  const { rows } = await client.query<{ gid: string }>(
    'select gid from pg_prepared_xacts where database = $1 order by prepared',
    [live],
  );
  if (rows.length === 0) return [];
  const names = rows.slice(0, 5).map(({ gid }) => `"${gid}"`);
  return [
    blocking(
      'prepared transactions',
      `${rows.length} prepared transactions are open in "${live}" (${names.join(', ')}); commit or roll them back`,
    ),
  ];
}

/** Both are tied to the old database and would go on with it under its new name. */
async function checkSlotsAndSubscriptions(
  client: SqlClient,
  live: string,
): Promise<readonly PreflightFinding[]> {
  const { rows } = await client.query<{ kind: string; name: string }>(
    `select 'slot' as kind, slot_name::text as name from pg_replication_slots where database = $1
     union all
     select 'subscription', s.subname from pg_subscription s
       join pg_database d on d.oid = s.subdbid where d.datname = $1
     order by 1, 2`,
    [live],
  );
  return rows.map(({ kind, name }) =>
    kind === 'slot'
      ? blocking('replication slots', `the logical replication slot "${name}" reads "${live}"; drop it first`)
      : blocking('subscriptions', `the subscription "${name}" writes into "${live}"; drop it first`),
  );
}

async function checkSpace(client: SqlClient, live: string): Promise<readonly PreflightFinding[]> {
  const { rows } = await client.query<{ size: string }>(
    'select pg_size_pretty(pg_database_size($1::name)) as size',
    [live],
  );
  return [
    {
      check: 'space',
      blocking: false,
      detail: `the server needs about ${rows[0]?.size} more while both databases exist; how much it has cannot be asked by SQL`,
    },
  ];
}

async function checkNeeds(client: SqlClient, needs: ServerNeeds): Promise<readonly PreflightFinding[]> {
  const { rows } = await client.query<{ kind: string; name: string }>(
    `select 'role' as kind, wanted.name from unnest($1::text[]) as wanted(name)
      where not exists (select from pg_roles where rolname = wanted.name)
     union all
     select 'extension', wanted.name from unnest($2::text[]) as wanted(name)
      where not exists (select from pg_available_extensions e where e.name = wanted.name)
     order by 1 desc, 2`,
    [needs.roles ?? [], Object.keys(needs.extensions ?? {})],
  );
  return rows.map(({ kind, name }) =>
    kind === 'role'
      ? blocking('roles', `the role "${name}" does not exist; create it, or run the backup's .globals.sql`)
      : blocking('extensions', `the extension "${name}" is not installed on the server`),
  );
}

/** Unlike the rest they are seen only from inside the database. */
async function checkPublications(client: SqlClient): Promise<readonly PreflightFinding[]> {
  const { rows } = await client.query<{ name: string }>(
    'select pubname as name from pg_publication order by 1',
  );
  return rows.map(({ name }) => ({
    check: 'publications',
    blocking: false,
    detail: `subscribers of the publication "${name}" must be set up again afterwards`,
  }));
}
