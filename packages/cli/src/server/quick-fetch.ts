import type { ClientRequest, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

const CONNECT_LIMIT_MS = 10_000;

/**
 * The built-in fetch for what the client asks: strings go, JSON comes. That one takes a tenth of a second or two to load,
 * which is more than most commands need for everything else. Whatever is no such thing is left to it.
 */
export const quickFetch: typeof fetch = async (input, init = {}) => {
  const { body, signal } = init;
  if (typeof input !== 'string' || (body !== undefined && typeof body !== 'string'))
    return fetch(input, init);
  const message = await answerTo(new URL(input), init, body).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new TypeError('fetch failed', { cause });
  });
  const status = message.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    message.destroy();
    return fetch(input, init);
  }
  return isJson(message) ? jsonAnswer(message, status) : streamed(message, status);
};

function answerTo(url: URL, init: RequestInit, body: string | undefined): Promise<IncomingMessage> {
  const { method = 'GET', headers = {}, signal } = init;
  // Not imported: an import reads all that they export, the classes of the built-in fetch among it.
  const { request: send } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method,
      headers: {
        accept: '*/*',
        ...(headers as Record<string, string>), // as @holdfast/client gives them
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      ...(signal ? { signal } : {}),
    });
    request.once('response', resolve).once('error', reject);
    limitConnecting(request);
    request.end(body);
  });
}

/** A host that is not there need not answer at all. An answer may take hours. */
function limitConnecting(request: ClientRequest): void {
  const late = new Error(`no connection within ${CONNECT_LIMIT_MS / 1_000} s`);
  const timer = setTimeout(() => request.destroy(late), CONNECT_LIMIT_MS);
  const isThere = (): void => clearTimeout(timer);
  request.once('close', isThere).once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', isThere);
    else isThere();
  });
}

const isJson = ({ headers }: IncomingMessage): boolean =>
  /^application\/(?:[\w.-]+\+)?json\b/.test(headers['content-type'] ?? '');

/** What is read of a short answer; making a Response would load the rest of the built-in fetch. */
function jsonAnswer(message: IncomingMessage, status: number): Response {
  const answer = {
    status,
    ok: status >= 200 && status < 300,
    text: () => text(message),
    json: async () => JSON.parse(await text(message)) as unknown,
    get headers() {
      return headersOf(message);
    },
    get body() {
      return Readable.toWeb(message) as ReadableStream<Uint8Array>; // Node's own type of the same thing
    },
  };
  return answer as unknown as Response; // whoever asks for JSON asks for no more of it
}

function streamed(message: IncomingMessage, status: number): Response {
  const isEmpty = status === 204 || status === 304;
  if (isEmpty) message.resume();
  const body = isEmpty ? undefined : (Readable.toWeb(message) as ReadableStream<Uint8Array>); // as above
  return new Response(body, { status, headers: headersOf(message) });
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  return headers;
}
