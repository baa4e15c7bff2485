/**
 * Another system asks for a backup over NATS and waits for what comes of it. It needs the integrator's user, nothing else of
 * ours: an event is CloudEvents JSON.
 *
 *   NATS_URL=nats://127.0.0.1:4222 NATS_SEED_FILE=integrator.nk node examples/01-request-a-backup.ts app
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, nkeyAuthenticator, type NatsConnection } from 'nats';

const STREAM = 'BACKUP_EVENTS';
const OUTCOMES = ['backup.completed', 'backup.failed', 'backup.cancelled'];

type Told = {
  readonly type: string;
  readonly subject: string;
  readonly data: {
    readonly backup?: { readonly filename: string };
    readonly schedule?: string;
    readonly error?: { readonly code: string; readonly message: string };
  };
};

async function open(): Promise<NatsConnection> {
  const seed = (await readFile(process.env['NATS_SEED_FILE'] ?? 'integrator.nk', 'utf8')).trim();
  return connect({
    servers: process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222',
    authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
    // Each user hears its own inbox alone.
    inboxPrefix: '_INBOX.integrator',
  });
}

/** Answers where in the stream the request is: its outcome comes after it. */
async function ask(nats: NatsConnection, database: string, run: string): Promise<number> {
  const event = {
    specversion: '1.0',
    // The same id again is the same event, and the same subject the same run: asking twice makes one backup.
    id: `${run}:requested`,
    type: 'backup.requested',
    source: '/my-company/deployments',
    subject: run,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    database,
    data: {
      type: 'full',
      trigger: 'migration',
      description: 'before the deployment of 2026-06-15',
      by: 'deployments',
      // destinations: ['offsite'],  copies only there; [] makes none
      // force: true,                although the storage may have too little room
    },
  };
  const { seq } = await nats
    .jetstream()
    .publish(`backup.requested.${database}`, JSON.stringify(event), { msgID: event.id });
  return seq;
}

async function outcomeOf(nats: NatsConnection, run: string, askedAt: number): Promise<Told> {
  const consumer = await nats.jetstream().consumers.get(STREAM, { opt_start_seq: askedAt + 1 });
  for await (const message of await consumer.consume()) {
    const event = message.json<Told>();
    if (event.subject === run && OUTCOMES.includes(event.type)) return event;
  }
  throw new Error('The connection was closed before the backup was over.');
}

const database = process.argv[2] ?? 'app';
const run = randomUUID();
const nats = await open();
try {
  const askedAt = await ask(nats, database, run);
  const { type, data } = await outcomeOf(nats, run, askedAt);
  process.stdout.write(`${type} ${data.backup?.filename ?? data.error?.message ?? ''}\n`);
  process.exitCode = type === 'backup.completed' ? 0 : 1;
} finally {
  await nats.close();
}
