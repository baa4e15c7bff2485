import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Health } from './health.ts';

export type AdminServerOptions = {
  /** 0: none is started. */
  readonly port: number;
  readonly host: string;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly logger: Logger;
};

export type AdminServer = {
  /** Undefined: none was asked for. */
  readonly url: string | undefined;
  /** Idempotent. */
  close(): Promise<void>;
};

/** `/healthz`, `/readyz` (503 while not ready) and `/metrics` for a service without an HTTP interface of its own. */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  if (options.port === 0) return { url: undefined, close: () => Promise.resolve() };
  const app = await buildAdminApp(options);
  const url = await app.listen({ host: options.host, port: options.port });
  options.logger.info({ url }, 'health and metrics');
  return {
    url,
    close: async () => {
      await app.close();
    },
  };
}

/** The same, not listening. */
export async function buildAdminApp(
  options: Pick<AdminServerOptions, 'metrics' | 'health' | 'logger'>,
): Promise<FastifyInstance> {
  const { fastify } = await import('fastify');
  const { metrics, health, logger } = options;
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const report = await health.report();
    return reply.code(report.ready ? 200 : 503).send(report);
  });
  app.get('/metrics', async (_request, reply) => {
    const text = await metrics.registry.metrics();
    return reply.type(metrics.registry.contentType).send(text);
  });
  app.setErrorHandler((error, request, reply) => {
    logger.error({ err: error, url: request.url }, 'health or metrics could not be told');
    return reply.code(500).send({ code: 'internal', message: 'See the log of the service.' });
  });
  return app;
}
