import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { createClient, type Client } from '@holdfast/client';
import type { Envelope } from '@holdfast/contracts';
import { startTestNats, startTestPostgres } from '@holdfast/testing';
import { startService, type ServiceProcess } from './service-process.ts';

export type FleetOptions = {
  readonly workers?: number;
  readonly validators?: number;
  /** History and retention too [false]. */
  readonly all?: boolean;
  readonly env?: Readonly<Record<string, string>>;
};

export type Fleet = Awaited<ReturnType<typeof startFleet>>;

/** Every service as its own process over a NATS, a PostgreSQL and a repository that belong to one test file. */
export async function startFleet(options: FleetOptions = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'hf-fleet-'));
  const backupsDir = join(dir, 'backups');
  await mkdir(backupsDir, { mode: 0o700 });
  const [nats, postgres, historyPostgres] = await Promise.all([
    startTestNats(),
    startTestPostgres(),
    startTestPostgres(),
  ]);
  await postgres.createDatabase('app');
  await historyPostgres.createDatabase('history');
  const services: ServiceProcess[] = [];

  const envOf = (service: string): Record<string, string> => {
    return {
      NATS_URL: nats.url,
      NATS_CREDS_FILE: nats.seedFileOf(service),
      BACKUP_DIR: backupsDir,
      BACKUP_DATABASES: `app=${postgres.url('app')}`,
      HISTORY_DATABASE_URL: historyPostgres.url('history'),
      BACKUP_VALIDATE_AFTER_BACKUP: 'none',
      BACKUP_RETRY_WAIT: '1s',
      HOLDFAST_HOME: dir,
      HOLDFAST_ADMIN_TOKEN_FILE: join(dir, 'admin-token'),
      ...options.env,
    };
  };
  const start = async (
    service: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<ServiceProcess> => {
    const started = await startService(service, { ...envOf(service), ...env });
    services.push(started);
    return started;
  };

  const port = await freePort();
  if (options.all) await Promise.all([start('history'), start('retention')]);
  await start('api-gateway', { HOLDFAST_PORT: String(port) });
  const workers = await Promise.all(
    Array.from({ length: options.workers ?? 1 }, () => start('backup-worker')),
  );
  await Promise.all(Array.from({ length: options.validators ?? 0 }, () => start('validator')));
  const url = `http://127.0.0.1:${port}`;
  const token = (await readFile(join(dir, 'admin-token'), 'utf8')).trim();
  const client: Client = createClient({ url, token });
  const observer = await nats.connectAs('history');

  return {
    dir,
    backupsDir,
    nats,
    postgres,
    historyPostgres,
    services,
    workers,
    client,
    url,
    token,
    start,
    /** Everything that was published about a run so far, in stream order. */
    eventsOf: async (run: string): Promise<readonly Envelope[]> => {
      const { lastSequence } = await observer.eventsInfo();
      const events: Envelope[] = [];
      for await (const { event } of observer.readEvents(1, { untilSequence: lastSequence })) {
        if (event?.subject === run) events.push(event);
      }
      return events;
    },
    /** File names below the repository, sorted. */
    files: async (): Promise<readonly string[]> =>
      (await readdir(backupsDir, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort(),
    stop: async (): Promise<void> => {
      await Promise.all(services.map((service) => service.stop()));
      await observer.drain();
      await Promise.all([nats.stop(), postgres.stop(), historyPostgres.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Asks again until the answer is there, less often the longer it takes; for what no event tells. */
export async function eventually<T>(
  look: () => Promise<T | undefined> | T | undefined,
  what: string,
  limitMs = 60_000,
): Promise<T> {
  const until = performance.now() + limitMs;
  for (let pauseMs = 20; performance.now() < until; pauseMs = Math.min(250, pauseMs * 1.2)) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => {
      setTimeout(resolve, pauseMs);
    });
  }
  throw new Error(`Waited ${limitMs} ms in vain for ${what}.`);
}
