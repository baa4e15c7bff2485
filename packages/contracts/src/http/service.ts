import { z } from 'zod';
import { declareRoutes } from './declaration.ts';

const healthReportSchema = z.object({
  ready: z.boolean(),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
});

export const serviceRoutes = declareRoutes({
  getLiveness: {
    method: 'GET',
    path: '/healthz',
    tag: 'service',
    summary: 'The process lives',
    permission: 'public',
    failureShape: 'problem',
    replies: { 200: { description: 'Alive.', schema: z.object({ status: z.literal('ok') }) } },
    errors: [],
  },
  getReadiness: {
    method: 'GET',
    path: '/readyz',
    tag: 'service',
    summary: 'Requests may be sent here; 503 while the bus is away or the process drains',
    permission: 'public',
    failureShape: 'problem',
    replies: { 200: { description: 'Ready.', schema: healthReportSchema } },
    errors: [],
  },
  getMetrics: {
    method: 'GET',
    path: '/metrics',
    tag: 'service',
    summary: 'Prometheus metrics; without a token on a loopback address',
    permission: 'status:read',
    openOnLoopback: true,
    failureShape: 'problem',
    replies: { 200: { description: 'Metrics.', contentType: 'text/plain; version=0.0.4; charset=utf-8' } },
    errors: [],
  },
  getOpenapi: {
    method: 'GET',
    path: '/openapi.json',
    tag: 'service',
    summary: 'This interface as OpenAPI 3.1',
    permission: 'public',
    failureShape: 'problem',
    replies: { 200: { description: 'The document.', schema: z.record(z.string(), z.unknown()) } },
    errors: [],
  },
});
