import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerBrokenRequest } from './broken-request.ts';

/**
 * A request must have arrived after `limitMs`, or its connection is closed. Not so one that brings a form: it may take as long
 * as it comes, which its reader watches; once it is answered, the rest has `limitMs` to end. Node's own limit knows no routes.
 */
export function limitReceiving(app: FastifyInstance, limitMs: number): void {
  app.addHook('onRequest', async (request) => {
    if (!bringsForm(request)) watch(request, limitMs);
  });
  app.addHook('onResponse', async (request) => {
    if (bringsForm(request)) watch(request, limitMs);
  });
}

const bringsForm = (request: FastifyRequest): boolean =>
  request.routeOptions.config.declaration?.form !== undefined;

function watch({ raw }: FastifyRequest, limitMs: number): void {
  const timer = setTimeout(() => {
    if (raw.complete) return;
    answerBrokenRequest(
      Object.assign(new Error('The request did not arrive in time.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
      raw.socket,
    );
    raw.destroy();
  }, limitMs).unref();
  raw.once('close', () => clearTimeout(timer));
}
