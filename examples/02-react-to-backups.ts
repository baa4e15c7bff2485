/**
 * Another system does something whenever a backup was made: here it prints a line, elsewhere it refreshes a staging database or
 * tells an inventory. It needs the integrator's user. Where it was in the stream is kept in a file, so nothing is missed while it
 * is down; after a crash the last event may come again.
 *
 *   NATS_URL=nats://127.0.0.1:4222 NATS_SEED_FILE=integrator.nk POSITION_FILE=position node examples/02-react-to-backups.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import { envelopeSchema, eventSchemas } from '@holdfast/contracts/events';
import { connect, DeliverPolicy, nkeyAuthenticator } from 'nats';

const STREAM = 'BACKUP_EVENTS';
const positionFile = process.env['POSITION_FILE'] ?? 'position';

/** Sequence of the last event that was dealt with; undefined at the first start. */
async function readPosition(): Promise<number | undefined> {
  try {
    return Number(await readFile(positionFile, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What has a type or field that we do not know is none of our business: later releases add some. */
function react(received: unknown): void {
  const event = envelopeSchema.parse(received);
  if (event.type !== 'backup.completed') return;
  const { backup } = eventSchemas['backup.completed'].parse(event.data);
  process.stdout.write(`${event.database} ${backup.filename} ${backup.sizeBytes}\n`);
}

const seed = (await readFile(process.env['NATS_SEED_FILE'] ?? 'integrator.nk', 'utf8')).trim();
const nats = await connect({
  servers: process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222',
  authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
  // Each user hears its own inbox alone.
  inboxPrefix: '_INBOX.integrator',
  // It waits for a bus that is away, however long.
  maxReconnectAttempts: -1,
});
const position = await readPosition();
const consumer = await nats
  .jetstream()
  .consumers.get(
    STREAM,
    position === undefined ? { deliver_policy: DeliverPolicy.New } : { opt_start_seq: position + 1 },
  );
const messages = await consumer.consume();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => messages.stop());
for await (const message of messages) {
  react(message.json());
  await writeFile(positionFile, String(message.seq));
}
await nats.close();
