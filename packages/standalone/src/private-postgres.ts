import { chown, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  findTools,
  quoteIdentifier,
  quoteLiteral,
  startCluster,
  unprivilegedUser,
  withClient,
  type Cluster,
} from '@holdfast/postgres';
import { HoldfastError } from '@holdfast/contracts';
import { clusterDir, secretIn, type Home } from './home.ts';

export type PrivatePostgres = {
  readonly cluster: Cluster;
  readonly historyUrl: string;
  urlOf(database: string): string;
};

/** The cluster under the home: history's database with an owner of its own, and room for the sample. Socket only. */
export async function startPrivatePostgres(home: Home): Promise<PrivatePostgres> {
  const cluster = await startPrivateCluster(home);
  const password = await secretIn(home, 'history');
  await withClient(cluster.target, async (client) => {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_roles where rolname = 'history') as role,
              exists (select from pg_database where datname = 'history') as database`,
    );
    if (!rows[0]?.role)
      await client.query(
        `create role ${quoteIdentifier('history')} login password ${quoteLiteral(password)}`,
      );
    if (!rows[0]?.database) await client.query('create database history owner history');
  });
  const urlOf = (user: string, secret: string | undefined, database: string): string =>
    `postgres://${encodeURIComponent(user)}${secret === undefined ? '' : `:${encodeURIComponent(secret)}`}@/${encodeURIComponent(database)}?host=${encodeURIComponent(cluster.target.host)}&port=${cluster.target.port}`;
  return {
    cluster,
    historyUrl: urlOf('history', password, 'history'),
    urlOf: (database) => urlOf(cluster.target.user, cluster.target.password, database),
  };
}

/** The bare cluster; also what `backup-admin --local` starts when it has no other target. */
export async function startPrivateCluster(home: Home): Promise<Cluster> {
  const user = await unprivilegedUser();
  const dir = await clusterDir(home, user);
  await mkdir(dirname(dir), { recursive: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (user) await chown(dir, user.uid, user.gid);
  const tools = (await findTools()).filter((set) => set.serverBinaries).at(-1);
  if (!tools)
    throw new HoldfastError(
      'tools_missing',
      'No PostgreSQL server (initdb, postgres) is installed: apt-get install postgresql, or set HISTORY_DATABASE_URL and BACKUP_DATABASES.',
    );
  return startCluster({ dir, tools, password: 'random', ...(user ? { asUser: user } : {}) });
}
