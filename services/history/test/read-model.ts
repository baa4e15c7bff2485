import { connectDatabase, migrate, type HistoryDatabase } from '@holdfast/database';
import { openRepository, type Repository } from '@holdfast/engine';
import { memoryStorage } from '@holdfast/storage';
import { MANIFEST_ENDING, type BackupSummary, type Manifest } from '@holdfast/contracts';
import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { HistoryDependencies } from '../src/dependencies.ts';
import type { Told } from '../src/project/tally.ts';
import type { MemoryStream } from './memory-stream.ts';

export const STREAM = 'BACKUP_EVENTS';

/** A server for the file, with an empty, migrated database before each test. */
export function useReadModel() {
  let server: TestPostgres;
  let db: HistoryDatabase;
  beforeAll(async () => {
    server = await startTestPostgres();
    await server.createDatabase('history');
    db = connectDatabase(server.url('history'));
    await migrate(db);
  });
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });
  const empty = (): Promise<void> =>
    server.psql(
      // The audit cannot be emptied but by who may change the table itself.
      `alter table holdfast.audit disable trigger user;
       truncate holdfast.runs, holdfast.backups, holdfast.validations, holdfast.restores, holdfast.projection,
         holdfast.audit, holdfast.happenings;
       alter table holdfast.audit enable trigger user`,
      'history',
    );
  beforeEach(() => empty());
  return {
    get db() {
      return db;
    },
    url: () => server.url('history'),
    psql: (sql: string) => server.psql(sql, 'history'),
    empty,
  };
}

export type TestDependencies = HistoryDependencies & { readonly told: readonly Told[] };

/** History's dependencies over a stream in memory; `told` is what was tallied. */
export function dependencies(
  db: HistoryDatabase,
  events: MemoryStream,
  overrides: Partial<HistoryDependencies> = {},
): TestDependencies {
  const told: Told[] = [];
  return {
    db,
    events,
    stream: STREAM,
    batchSize: 500,
    repository: { list: () => Promise.resolve([]) },
    tally: (more) => void told.push(...more),
    now: () => new Date(0),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    told,
    ...overrides,
  };
}

/** Every row of the read model, in an order of its own; positions and epochs aside. */
export async function allRows(db: HistoryDatabase) {
  return {
    runs: await db.selectFrom('runs').selectAll().orderBy('id').execute(),
    backups: await db.selectFrom('backups').selectAll().orderBy('name').execute(),
    validations: await db.selectFrom('validations').selectAll().orderBy('run').execute(),
    restores: await db.selectFrom('restores').selectAll().orderBy('run').execute(),
    happenings: await db.selectFrom('happenings').selectAll().orderBy('event_id').execute(),
    audit: await db.selectFrom('audit').selectAll().orderBy('number').execute(),
    activity: await db.selectFrom('activity').selectAll().orderBy('run').execute(),
  };
}

/** A repository in memory with these backups in it, as a worker leaves them. */
export async function repositoryOf(...backups: readonly BackupSummary[]): Promise<Repository> {
  const storage = memoryStorage();
  for (const backup of backups) {
    const manifest = manifestOf(backup);
    await storage.put(manifest.data.key, bytes('data'));
    const key = `${backup.database}/${backup.name}${MANIFEST_ENDING}`;
    await storage.createIfAbsent(key, Buffer.from(JSON.stringify(manifest)));
  }
  return openRepository(storage);
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

export const manifestOf = (backup: BackupSummary): Manifest => ({
  manifestVersion: 1,
  backup,
  data: {
    key: `${backup.database}/${backup.filename}`,
    sizeBytes: 4,
    sha256: backup.sha256,
    format: 'custom',
    rawSha256: backup.sha256,
  },
  ancestors: [],
  source: { encoding: 'UTF8', collate: 'C', ctype: 'C' },
  fingerprint: {
    version: 1,
    serverVersion: backup.serverVersion,
    toolsMajor: 15,
    rows: {},
    schemaSha256: backup.sha256,
    extensions: {},
    roles: [],
    largeObjects: 0,
  },
  madeBy: { release: '0.1.0', worker: 'worker-1', pgDump: '15' },
});
