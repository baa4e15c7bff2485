import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  backupRequestSchema,
  restoreRequestSchema,
  type BackupRequest,
  type Manifest,
  type RestoreRequest,
} from '@holdfast/contracts';
import { parseTarget } from '@holdfast/postgres';
import { localStorage, type Storage } from '@holdfast/storage';
import { startTestPostgres } from '@holdfast/testing';
import { randomBytes } from 'node:crypto';
import {
  createBackup,
  noKeys,
  openRepository,
  restoreBackup,
  type BackupOptions,
  type DatabaseTarget,
  type EngineContext,
  type KeyRing,
  type RestoreOptions,
} from '../src/index.ts';

/** A run id is enough for these tests when it is a UUID and new. */
export const newRun = (): string =>
  randomBytes(16)
    .toString('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-7$3-8$4-$5');

/** Small, and with what makes dumps hard enough for the engine; the whole catalogue of difficulties has its own tests. */
export const CONTENT = `
create schema "Weird Schema";
create table "Weird Schema"."Tâble ""x""" (id int generated always as identity primary key, body text not null);
insert into "Weird Schema"."Tâble ""x""" (body) select repeat(md5(i::text), 20) from generate_series(1, 2000) i;
create table empty (id int);
create materialized view totals as select count(*) as n from "Weird Schema"."Tâble ""x""";
create extension citext;
select lo_from_bytea(0, decode(repeat('00ff', 2000), 'hex'));
`;

export async function startEngineFixture() {
  const [server, dir] = await Promise.all([startTestPostgres(), mkdtemp(join(tmpdir(), 'hf-engine-'))]);
  const repository = openRepository(localStorage({ dir }));
  const databaseOf = (name: string): DatabaseTarget => ({ id: name, target: parseTarget(server.url(name)) });
  const contextOver = (
    storage?: Storage,
    signal: AbortSignal = new AbortController().signal,
    keys: KeyRing = noKeys,
  ): EngineContext => ({
    repository: storage ? openRepository(storage, keys) : repository,
    worker: 'test',
    release: 'test',
    signal,
  });
  return {
    server,
    dir,
    repository,
    databaseOf,
    contextOver,
    withContent: async (name: string): Promise<DatabaseTarget> => {
      await server.createDatabase(name);
      await server.psql(CONTENT, name);
      return databaseOf(name);
    },
    backup: (
      database: DatabaseTarget,
      options: Partial<BackupOptions> = {},
      context = contextOver(),
    ): Promise<Manifest> =>
      createBackup(context, {
        database,
        run: newRun(),
        attempt: 1,
        requestedAt: new Date(),
        request: backupRequestSchema.parse({} satisfies Partial<BackupRequest>),
        compression: { codec: 'zstd', level: 3 },
        maxChain: 14,
        lockTimeoutMs: 5_000,
        stallTimeoutMs: 60_000,
        ...options,
      }),
    restore: (
      database: DatabaseTarget,
      request: Partial<RestoreRequest> & { filename: string },
      options: Partial<RestoreOptions> = {},
    ) =>
      restoreBackup(contextOver(), {
        database,
        run: newRun(),
        attempt: 1,
        request: restoreRequestSchema.parse(request),
        validateFirst: true,
        keepMs: 3_600_000,
        ...options,
      }),
    stop: async (): Promise<void> => {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
export type EngineFixture = Awaited<ReturnType<typeof startEngineFixture>>;

/** Every file below the repository, by its path in it. */
export async function filesIn(dir: string): Promise<readonly string[]> {
  const { readdir } = await import('node:fs/promises');
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}
