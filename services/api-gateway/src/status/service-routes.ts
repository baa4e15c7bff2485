import { openapiDocument, release } from '@holdfast/contracts';
import { Readable } from 'node:stream';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';

export const serviceHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'getLiveness' | 'getReadiness' | 'getMetrics' | 'getOpenapi'> => {
  const document = openapiDocument(release);
  return {
    getLiveness: () => Promise.resolve(ok({ status: 'ok' as const })),
    getReadiness: async () => {
      const report = await deps.health.report();
      return { status: report.ready ? 200 : 503, body: report };
    },
    getMetrics: async () => {
      const { registry } = deps.metrics;
      const text = await registry.metrics();
      return {
        status: 200,
        stream: Readable.from([text]),
        headers: { 'content-type': registry.contentType },
      };
    },
    getOpenapi: () => Promise.resolve(ok(document)),
  };
};
