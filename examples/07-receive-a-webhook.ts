/**
 * A receiver of Holdfast's webhooks that believes only what is signed (Standard Webhooks). WEBHOOK_SECRET is what
 * BACKUP_WEBHOOK_SECRET is; several, separated by spaces, while one replaces the other.
 *
 *   PORT=9000 WEBHOOK_SECRET=whsec_… node examples/07-receive-a-webhook.ts
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How far clocks may be apart; what is older may be one that somebody recorded and sends again. */
const TOLERANCE_MS = 300_000;
const LARGEST_BYTES = 1_048_576;

/** Whether one of the keys signed this very body, just now. */
export function isSigned(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secrets: readonly string[],
  now: number,
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  if (!(Math.abs(now - Number(timestamp) * 1_000) <= TOLERANCE_MS)) return false;
  const given = signatures
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .map((each) => Buffer.from(each.slice(3), 'base64'));
  return secrets.some((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
    return given.some((each) => each.length === expected.length && timingSafeEqual(each, expected));
  });
}

async function readBody(pieces: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const read: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of pieces) {
    sizeBytes += piece.length;
    if (sizeBytes > LARGEST_BYTES) return undefined;
    read.push(piece);
  }
  return Buffer.concat(read);
}

if (import.meta.main) {
  const secrets = (process.env['WEBHOOK_SECRET'] ?? '').split(' ').filter((secret) => secret !== '');
  if (secrets.length === 0) throw new Error('WEBHOOK_SECRET is not set: nothing could be believed.');
  // A message may come twice, with the same id. Keep them where a restart does not lose them, with what you do about it.
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const take = async (): Promise<number> => {
      const body = await readBody(request);
      if (!body) return 413;
      if (!isSigned(request.headers, body, secrets, Date.now())) return 401;
      const id = String(request.headers['webhook-id']);
      if (seen.has(id)) return 204;
      seen.add(id);
      const { type, notification } = JSON.parse(body.toString()) as {
        readonly type: string;
        readonly notification: { readonly title: string };
      }; // signed, so it is what Holdfast writes
      process.stdout.write(`${type}: ${notification.title}\n`);
      return 204;
    };
    take().then(
      (status) => response.writeHead(status).end(),
      () => response.destroy(),
    );
  });
  server.listen(Number(process.env['PORT'] ?? 9000), '127.0.0.1', () => {
    process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
}
