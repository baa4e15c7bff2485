import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Socket } from 'node:net';
import { answerBrokenRequest } from './broken-request.ts';

/**
 * A request must have arrived after `limitMs`, or its connection is closed. Not so one that brings a form: it may take as long
 * as it comes, which its reader watches; once it is answered, the rest has `limitMs` to end. Node's own limit knows no routes.
 */
export function limitReceiving(app: FastifyInstance, limitMs: number): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!bringsForm(request)) watch(request, reply, limitMs);
  });
  app.addHook('onResponse', async (request, reply) => {
    if (bringsForm(request)) watch(request, reply, limitMs);
  });
}

const bringsForm = (request: FastifyRequest): boolean =>
  request.routeOptions.config.declaration?.form !== undefined;

function watch({ raw }: FastifyRequest, reply: FastifyReply, limitMs: number): void {
  // What is injected comes whole, and by no connection that could be closed.
  if (!(raw.socket instanceof Socket)) return;
  const timer = setTimeout(() => {
    if (raw.complete) return;
    if (!reply.raw.headersSent) answerBrokenRequest(LATE, raw.socket);
    else raw.destroy();
  }, limitMs).unref();
  raw.once('close', () => clearTimeout(timer));
}

const LATE = Object.assign(new Error('The request did not arrive in time.'), {
  code: 'ERR_HTTP_REQUEST_TIMEOUT',
});
