import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Received = {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang'
  | 'close';

export interface HttpReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** What the next requests get, in order; then 200 again. */
  next(...replies: readonly Reply[]): void;
  /** What every request gets from now on. */
  always(reply: Reply): void;
  /** Resolves when so many came, refused ones included. */
  came(count: number): Promise<readonly Received[]>;
  /** Ends what hangs. */
  hangUp(): void;
  stop(): Promise<void>;
}

/** A receiver that keeps what came and answers as it is told. */
export async function startHttpReceiver(
  options: { readonly tls?: { readonly key: string; readonly cert: string } } = {},
): Promise<HttpReceiver> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const watchers = new Set<() => void>();
  let usual: Reply = { status: 200, body: 'ok' };

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    received.push({ path: request.url ?? '', headers: request.headers, body });
    const reply = replies.shift() ?? usual;
    if (reply === 'close') request.socket.destroy();
    else if (reply !== 'hang') response.writeHead(reply.status, reply.headers).end(reply.body ?? '');
    for (const watcher of watchers) watcher();
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    take(request, response).catch(() => response.destroy());
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    received,
    next: (...more) => void replies.push(...more),
    always: (reply) => {
      usual = reply;
    },
    came: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          watchers.delete(look);
          resolve(received);
        };
        watchers.add(look);
        look();
      }),
    hangUp: () => {
      usual = { status: 200 };
      server.closeAllConnections();
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
