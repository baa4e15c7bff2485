import { busAccess, busUsers, type BusUser, type Envelope, type EventType } from '@holdfast/contracts';
import { connectDatabase, migrate, readPosition, type HistoryDatabase } from '@holdfast/database';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@holdfast/testing';
import type { Bus } from '@holdfast/bus';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STREAM } from './read-model.ts';

export type Surroundings = {
  readonly nats: TestNats;
  readonly postgres: TestPostgres;
  /** To look at the rows; not history's own connection. */
  readonly db: HistoryDatabase;
  readonly backupDir: string;
  env(overrides?: Readonly<Record<string, string>>): Record<string, string>;
  /** Each as a user who may; answers the sequence of the last. */
  publish(...events: readonly Envelope[]): Promise<number>;
  request(subject: string, payload: unknown): Promise<unknown>;
  position(): Promise<number>;
  stop(): Promise<void>;
};

/** What history needs around it, real: NATS with its users, PostgreSQL, a repository folder. */
export async function startSurroundings(): Promise<Surroundings> {
  const dir = await mkdtemp(join(tmpdir(), 'hf-history-'));
  const backupDir = join(dir, 'backups');
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres(), mkdir(backupDir)]);
  await postgres.createDatabase('history');
  const db = connectDatabase(postgres.url('history'));
  await migrate(db);
  const buses = new Map<BusUser, Promise<Bus>>();
  const busOf = (user: BusUser): Promise<Bus> => {
    const bus = buses.get(user) ?? nats.connectAs(user);
    buses.set(user, bus);
    return bus;
  };
  return {
    nats,
    postgres,
    db,
    backupDir,
    env: (overrides = {}) => ({
      NATS_URL: nats.url,
      NATS_CREDS_FILE: nats.seedFileOf('history'),
      HISTORY_DATABASE_URL: postgres.url('history'),
      BACKUP_DIR: backupDir,
      HOLDFAST_LOG_FILE: join(dir, 'history.log'),
      ...overrides,
    }),
    publish: async (...events) => {
      let last = 0;
      for (const event of events) {
        const bus = await busOf(publisherOf(event.type));
        last = (await bus.publish(event)).sequence;
      }
      return last;
    },
    request: async (subject, payload) => (await busOf('api-gateway')).request(subject, payload, 30_000),
    position: async () => (await readPosition(db, STREAM))?.position ?? 0,
    stop: async () => {
      await db.destroy();
      for (const bus of buses.values()) await (await bus).drain();
      await Promise.all([nats.stop(), postgres.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function publisherOf(type: string): BusUser {
  const user = busUsers.find((each) => busAccess[each].publishes.includes(type as EventType)); // includes asks for the union
  if (!user) throw new Error(`nobody may publish ${type}`);
  return user;
}

/** Rows tell nobody that they changed, so they are looked at until they do. */
export async function eventually(holds: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`did not come true within ${limitMs} ms`);
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has one
  await new Promise((resolve) => void server.close(resolve));
  return port;
}
