import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findTools,
  startCluster,
  unprivilegedUser,
  withClient,
  type Target,
  type Tools,
} from '../src/index.ts';

export const never = new AbortController().signal;

/** A private server for one test file. */
export async function startServer(
  settings: Readonly<Record<string, string>> = {},
  options: { readonly tcpPort?: number } = {},
) {
  const tools = await serverTools();
  const dir = await mkdtemp(join(tmpdir(), 'hf-pg-test-'));
  const user = await unprivilegedUser();
  const cluster = await startCluster({
    dir,
    tools,
    throwAway: true,
    settings,
    ...options,
    ...(user ? { asUser: user } : {}),
  });
  return {
    tools,
    cluster,
    admin: cluster.target,
    connect: (database: string): Target => cluster.connect(database),
    make: async (database: string, sql = ''): Promise<Target> => {
      await run(cluster.target, `create database "${database.replaceAll('"', '""')}" template template0`);
      if (sql !== '') await run(cluster.connect(database), sql);
      return cluster.connect(database);
    },
    stop: async (): Promise<void> => {
      await cluster.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
export type Server = Awaited<ReturnType<typeof startServer>>;

export async function serverTools(): Promise<Tools> {
  const tools = (await findTools()).filter((set) => set.serverBinaries).at(-1);
  if (!tools) throw new Error('no PostgreSQL server is installed');
  return tools;
}

export async function run(target: Target, sql: string): Promise<void> {
  await withClient(target, (client) => client.query(sql));
}

/** The first column of all rows. */
export async function ask(target: Target, sql: string): Promise<readonly unknown[]> {
  return withClient(target, async (client) => {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows.map((row) => row[0]);
  });
}

export async function* bytesOf(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield typeof text === 'string' ? Buffer.from(text) : text;
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Children of this process whose command line holds `text`. Other test files run the same programs. */
export const childrenWith = (text: string): Promise<readonly number[]> =>
  processesWith(text, (parent) => parent === process.pid);

/** Processes whose command line holds `text`, by reading /proc. */
export async function processesWith(
  text: string,
  isWanted: (parent: number) => boolean = () => true,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [command, stat] = await Promise.all(
      ['cmdline', 'stat'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')), // it ended meanwhile
    );
    const parent = Number(/\) \S (\d+)/.exec(stat ?? '')?.[1]);
    if (command?.includes(text) && isWanted(parent)) found.push(Number(name));
  }
  return found;
}

/** Throws when a child that runs `program`, or a password of one, is still there. */
export async function assertNothingLeft(program: string): Promise<void> {
  const children = await childrenWith(program);
  const folders = (await readdir(tmpdir())).filter(
    (name) => name.startsWith('holdfast-pass-') && name.includes(`-${process.pid}-`),
  );
  if (children.length > 0 || folders.length > 0) {
    throw new Error(`left behind: processes [${children.join()}], passwords [${folders.join()}]`);
  }
}
