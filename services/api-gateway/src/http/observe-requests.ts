import type { Metrics } from '@holdfast/service-kit';
import type { FastifyInstance } from 'fastify';

/** A request may take a millisecond, or wait an hour for its run. */
const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600, 3_600];

/** Counts and times each request by its route's template, so that no file name becomes a label; logs it once. */
export function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  const labels = ['method', 'route', 'status'] as const;
  const total = metrics.counter('holdfast_http_requests_total', 'HTTP requests answered.', labels);
  const seconds = metrics.histogram(
    'holdfast_http_request_duration_seconds',
    'From the request to the end of its answer; waiting for a run included.',
    labels,
    DURATION_BUCKETS_SECONDS,
  );
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
