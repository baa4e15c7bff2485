import { declaredCounter, declaredHistogram } from '@holdfast/service-frame';
import type { Metrics } from '@holdfast/service-kit';
import type { FastifyInstance } from 'fastify';

/** Counts and times each request by its route's template, so that no file name becomes a label; logs it once. */
export function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  const total = declaredCounter(metrics, 'holdfast_http_requests_total');
  const seconds = declaredHistogram(metrics, 'holdfast_http_request_duration_seconds');
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const observed = { method: request.method, route, status: String(reply.statusCode) };
    total.inc(observed);
    seconds.observe(observed, reply.elapsedTime / 1_000);
    const { name } = request.caller ?? { name: 'nobody' };
    const entry = { ...observed, caller: name, durationMs: Math.round(reply.elapsedTime) };
    if (reply.statusCode >= 500) request.log.warn(entry, 'answered');
    else request.log.info(entry, 'answered');
  });
}
