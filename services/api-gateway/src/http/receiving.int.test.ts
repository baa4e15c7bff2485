import multipart from '@fastify/multipart';
import { failureOf, type Failure, type RouteDeclaration } from '@holdfast/contracts';
import fastify, { type FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limitReceiving } from './limit-receiving.ts';
import { readParts } from './read-parts.ts';

const LIMIT_MS = 200;
const form = { form: {} } as unknown as RouteDeclaration; // all that is looked at

let app: FastifyInstance;
let port = 0;
let begun: PromiseWithResolvers<void>;
let failed: PromiseWithResolvers<Failure>;
beforeEach(async () => {
  begun = Promise.withResolvers();
  failed = Promise.withResolvers();
  app = fastify({ forceCloseConnections: true });
  limitReceiving(app, LIMIT_MS);
  await app.register(multipart);
  app.post('/small', async () => 'done');
  app.post('/refusing', { config: { declaration: form } }, async (_request, reply) =>
    reply.code(409).send('no'),
  );
  app.post('/form', { config: { declaration: form } }, async (request, reply) => {
    let sizeBytes = 0;
    try {
      for await (const part of readParts(request, LIMIT_MS * 3)) {
        begun.resolve();
        for await (const bytes of part.bytes ?? []) sizeBytes += bytes.length;
      }
      return { sizeBytes };
    } catch (error) {
      failed.resolve(failureOf(error));
      return reply.code(400).send(failureOf(error));
    }
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = app.server.address() as { port: number }); // it listens on TCP
});
afterEach(() => app.close());

const HEAD = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.sql"\r\n\r\n';
const TAIL = '\r\n--x--\r\n';

async function begin(
  path: string,
  sizeBytes: number,
  first: string,
  type = 'multipart/form-data; boundary=x',
): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const answer = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(text));
    socket.on('error', () => undefined); // the close tells
  });
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ncontent-length: ${sizeBytes}\r\n\r\n${first}`,
  );
  return { socket, answer };
}

test('a small request must have come in time', async () => {
  const { answer } = await begin('/small', 100, '{', 'application/json');
  expect(await answer).toMatch(/^HTTP\/1.1 408 /);
});

test('a form may take longer than that, as long as it comes', async () => {
  const piece = 'x'.repeat(1_000);
  const { socket, answer } = await begin('/form', HEAD.length + 5 * piece.length + TAIL.length, HEAD);
  const startedAt = performance.now();
  for (let sent = 0; sent < 5; sent += 1) {
    socket.write(piece);
    await new Promise((resolve) => {
      setTimeout(resolve, LIMIT_MS / 2); // a slow client
    });
  }
  socket.end(TAIL);
  expect(await answer).toContain('{"sizeBytes":5000}');
  expect(performance.now() - startedAt).toBeGreaterThan(LIMIT_MS * 2);
});

test('a client that falls silent hears it', async () => {
  const { answer } = await begin('/form', 10_000, `${HEAD}select`);
  await begun.promise;
  const text = await answer;
  expect(text).toContain('timed_out');
  expect(text).toMatch(/^HTTP\/1.1 400 /);
});

test('one that breaks off ends the reading', async () => {
  const { socket } = await begin('/form', 10_000, `${HEAD}select`);
  await begun.promise;
  socket.destroy();
  expect(await failed.promise).toMatchObject({
    code: 'invalid_request',
    message: expect.stringMatching(/could not be read/),
  });
});

test('a refusal is heard before all was sent, and the rest is let go after a while', async () => {
  const { answer } = await begin('/refusing', 1_000_000, `${HEAD}select`);
  const text = await answer;
  expect(text).toMatch(/^HTTP\/1.1 409 /);
  expect(text).toContain('no');
  expect(text).not.toContain('408');
});
