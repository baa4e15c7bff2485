import { createHash } from 'node:crypto';
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { FileStore } from './file-store.ts';
import type { Faults, Harm } from './faults.ts';
import { errorXml, failure, ownAnswer, type Answer, type OwnSettings } from './own-answers.ts';
import { readRequest, type S3Request } from './s3-call.ts';

export type ProxySettings = OwnSettings & {
  readonly port: number;
  readonly store: FileStore;
  readonly faults: Faults;
  readonly calls: S3Request[];
  /** Nothing is held any longer. */
  readonly closing: Promise<void>;
  /** [enforced] An old server ignores `If-None-Match` or refuses it as unknown. */
  readonly conditions?: 'enforced' | 'ignored' | 'unknown';
};

/**
 * Stands before s3rver, and makes of it a server as S3 is today: or one that fails. `idle` ends when no request is under way.
 */
export function s3Proxy(settings: ProxySettings): { readonly proxy: Server; idle(): Promise<void> } {
  const underWay = new Set<Promise<void>>();
  const turns = new Map<string, Promise<unknown>>();
  /** Whoever makes an object of a name waits for who does now: a condition is kept only so. */
  const inTurn = async (name: string, work: () => Promise<void>): Promise<void> => {
    const before = turns.get(name);
    const mine = (async () => {
      await before?.catch(() => undefined); // its client was told
      await work();
    })();
    turns.set(name, mine);
    await mine;
  };
  const proxy = createServer((incoming, outgoing) => {
    const handled = handle(settings, inTurn, incoming, outgoing)
      .catch((error: unknown) => void outgoing.destroy(error instanceof Error ? error : undefined))
      .finally(() => underWay.delete(handled));
    underWay.add(handled);
  });
  return { proxy, idle: async () => void (await Promise.all(underWay)) };
}

async function handle(
  settings: ProxySettings,
  inTurn: (name: string, work: () => Promise<void>) => Promise<void>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { store, faults, calls, conditions = 'enforced' } = settings;
  const request = readRequest(incoming);
  calls.push(request);
  const harm = faults.next(request.call);
  if (harm?.kind === 'hold') await Promise.race([harm.until, settings.closing]);
  if (harm?.kind === 'drop') return void incoming.socket.destroy();
  if (harm?.kind === 'refuse') return answer(incoming, outgoing, failure(harm.status, harm.code));
  if (harm?.kind === 'error in 200')
    return answer(incoming, outgoing, { status: 200, body: errorXml(harm.code) });

  const makes = request.call === 'PutObject' || request.call === 'CompleteMultipartUpload';
  if (!makes) {
    const own = await ownAnswer(store, request, settings);
    return own
      ? answer(incoming, outgoing, own, harm)
      : forward(settings, incoming, undefined, outgoing, harm);
  }
  const body = await buffer(incoming);
  const isConditional = request.headers['if-none-match'] === '*';
  if (isConditional && conditions === 'unknown')
    return answer(incoming, outgoing, failure(501, 'NotImplemented'), harm);
  if (!isAsPromised(request, body)) return answer(incoming, outgoing, failure(400, 'BadDigest'), harm);
  await inTurn(`${request.bucket}/${request.key}`, async () => {
    if (isConditional && conditions === 'enforced' && (await store.existsObject(request.bucket, request.key)))
      return answer(incoming, outgoing, failure(412, 'PreconditionFailed'), harm);
    const own = await ownAnswer(store, request, settings);
    if (own) return answer(incoming, outgoing, own, harm);
    await forward(settings, incoming, body, outgoing, harm);
  });
}

/** The digests that came with the bytes are theirs. */
function isAsPromised({ headers }: S3Request, body: Buffer): boolean {
  const md5 = headers['content-md5'];
  const sha256 = headers['x-amz-content-sha256'];
  return (
    (md5 === undefined || md5 === createHash('md5').update(body).digest('base64')) &&
    sha256 === createHash('sha256').update(body).digest('hex')
  );
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, body }: Answer,
  harm?: Harm,
): Promise<void> {
  incoming.resume();
  if (harm?.kind === 'lose reply') return void incoming.socket.destroy();
  outgoing.writeHead(status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(body),
  });
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
}

async function forward(
  { port, lock }: ProxySettings,
  incoming: IncomingMessage,
  body: Buffer | undefined,
  outgoing: ServerResponse,
  harm: Harm | undefined,
): Promise<void> {
  const { method, url: path, headers: given } = incoming;
  const { expect: _expect, 'if-none-match': _condition, ...headers } = given;
  const upstream = ask({ port, host: '127.0.0.1', method, path, headers, agent: false });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.on('response', resolve).on('error', reject);
  });
  const [answer] = await Promise.all([answered, body ? upstream.end(body) : pipeline(incoming, upstream)]);
  if (harm?.kind === 'lose reply') {
    await buffer(answer);
    incoming.socket.destroy();
    return;
  }
  const sent: OutgoingHttpHeaders = { ...answer.headers };
  delete sent['connection'];
  if (harm?.kind === 'without') delete sent[harm.header];
  if (lock?.isShown && method === 'HEAD' && answer.statusCode === 200) {
    sent['x-amz-object-lock-mode'] = lock.mode;
    sent['x-amz-object-lock-retain-until-date'] = lock.retainUntil.toISOString();
  }
  outgoing.writeHead(answer.statusCode ?? 502, sent);
  outgoing.flushHeaders();
  await pipeline(harm?.kind === 'cut' ? cutAfter(answer, harm.afterBytes) : answer, outgoing).catch(
    (error: unknown) => {
      // Whoever asked went away, or the answer was to break off: either way there is nobody to tell.
      if (!outgoing.destroyed) throw error;
    },
  );
}

async function* cutAfter(source: AsyncIterable<Buffer>, afterBytes: number): AsyncGenerator<Buffer> {
  let left = afterBytes;
  for await (const bytes of source) {
    if (bytes.length > left) {
      if (left > 0) yield bytes.subarray(0, left);
      throw new Error('the connection is cut');
    }
    left -= bytes.length;
    yield bytes;
  }
}
