import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findTools,
  openClient,
  restorePlainSql,
  startCluster,
  unprivilegedUser,
  withClient,
  type Cluster,
  type Target,
  type Tools,
} from '@holdfast/postgres';

export type TestPostgres = {
  readonly tools: Tools;
  /** The superuser, over TCP on 127.0.0.1. */
  url(database: string): string;
  target(database: string): Target;
  createDatabase(name: string): Promise<void>;
  /** Runs statements in one database [postgres]. */
  psql(sql: string, database?: string): Promise<void>;
  /** The one value that a query answers, as text. */
  value(sql: string, database?: string): Promise<string | null>;
  /** Plain SQL as pg_dump writes it, COPY blocks included. */
  load(database: string, sql: AsyncIterable<Uint8Array>): Promise<void>;
  /** An open session; whoever opens it ends it. */
  session(database: string): Promise<Awaited<ReturnType<typeof openClient>>>;
  /** Stops the server; its data stays. */
  pause(): Promise<void>;
  /** Starts it again, on the same port. */
  resume(): Promise<void>;
  stop(): Promise<void>;
};

/** A server for one test file, from the installed binaries, in a folder of its own. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const tools = (await findTools()).filter((set) => set.serverBinaries).at(-1);
  if (!tools) throw new Error('no PostgreSQL server is installed');
  const [dir, user] = await Promise.all([mkdtemp(join(tmpdir(), 'hf-test-pg-')), unprivilegedUser()]);
  if (user) await chown(dir, user.uid, user.gid);
  const start = (tcpPort: number): Promise<Cluster> =>
    startCluster({
      dir,
      tools,
      tcpPort,
      throwAway: true,
      superuser: 'postgres',
      settings: { max_connections: '60' },
      ...(user ? { asUser: user } : {}),
    });
  let cluster = await start(0);
  const { port } = cluster.target;
  const target = (database: string): Target => ({ ...cluster.connect(database), host: '127.0.0.1' });
  return {
    tools,
    target,
    url: (database) => {
      const { user: name, password = '' } = target(database);
      return `postgres://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
    },
    createDatabase: (name) =>
      withClient(target('postgres'), async (client) => {
        await client.query(
          `create database "${name.replaceAll('"', '""')}" template template0 encoding 'UTF8'`,
        );
      }),
    psql: (sql, database = 'postgres') =>
      withClient(target(database), async (client) => {
        await client.query(sql);
      }),
    value: (sql, database = 'postgres') =>
      withClient(target(database), async (client) => {
        const { rows } = await client.query<Record<string, unknown>>(sql);
        const [first] = Object.values(rows[0] ?? {});
        if (first === null || first === undefined) return null;
        return typeof first === 'string' ? first : JSON.stringify(first);
      }),
    load: (database, source) =>
      restorePlainSql({ target: target(database), tools, source, signal: new AbortController().signal }),
    session: (database) => openClient(target(database)),
    pause: () => cluster.stop(),
    resume: async () => {
      cluster = await start(port);
    },
    stop: async () => {
      await cluster.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
