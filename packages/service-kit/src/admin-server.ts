import { fastify } from 'fastify';
import type { Health } from './health.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

export type AdminServerOptions = {
  /** 0: none. */
  readonly port: number;
  readonly host: string;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly logger: Logger;
};

/** `/healthz`, `/readyz` and `/metrics` of a service that has no other HTTP face. */
export async function startAdminServer(
  options: AdminServerOptions,
): Promise<{ readonly url: string | undefined; close(): Promise<void> }> {
  if (options.port === 0) return { url: undefined, close: () => Promise.resolve() };
  const app = fastify({ logger: false });
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const report = await options.health.report();
    return reply.status(report.ready ? 200 : 503).send(report);
  });
  app.get('/metrics', async (_request, reply) => {
    const { registry } = options.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  const url = await app.listen({ host: options.host, port: options.port });
  options.logger.info({ url }, 'health and metrics');
  return { url, close: () => app.close() };
}
