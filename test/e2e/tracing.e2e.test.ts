import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import {
  startHttpReceiver,
  type HttpReceiver,
} from '../../services/notifier/test/receivers/http-receiver.ts';
import { eventually, startFleet, type Fleet } from '../fleet/fleet.ts';

/** OTLP's JSON, as far as it is looked at. */
const attribute = z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) });
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              attributes: z.array(attribute),
            }),
          ),
        }),
      ),
    }),
  ),
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

let spans: HttpReceiver;
let webhook: HttpReceiver;
let fleet: Fleet;
beforeAll(async () => {
  [spans, webhook] = await Promise.all([startHttpReceiver(), startHttpReceiver()]);
  fleet = await startFleet({
    all: true,
    validators: 1,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: spans.url,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      BACKUP_VALIDATE_AFTER_BACKUP: 'structure',
      BACKUP_WEBHOOK_URL: `${webhook.url}/hook`,
      BACKUP_WEBHOOK_ALLOW_PRIVATE: 'true',
    },
  });
  await fleet.start('notifier', { NOTIFIER_STATE_DIR: join(fleet.dir, 'notifier') });
});
afterAll(async () => {
  await fleet.stop();
  await Promise.all([spans.stop(), webhook.stop()]);
});

function told() {
  return spans.received
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) => exported.parse(JSON.parse(body)).resourceSpans)
    .flatMap(({ resource, scopeSpans }) => {
      expect(JSON.stringify(resource)).toContain('deployment.environment.name');
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      return scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service })));
    })
    .filter(({ traceId }) => traceId === TRACE);
}

test('one trace, from the request over backup and validation to the notification and history', async () => {
  const answer = await fetch(`${fleet.url}/api/v1/backups`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${fleet.token}`,
      'content-type': 'application/json',
      traceparent: `00-${TRACE}-${CALLER}-01`,
    },
    body: JSON.stringify({ database: 'app' }),
  });
  expect(answer.status).toBe(202);
  const wanted = [
    'api-gateway: POST /api/v1/backups',
    'api-gateway: publish backup.requested',
    'backup-worker: process backup.requested',
    'backup-worker: publish backup.completed',
    'validator: process backup.completed',
    'validator: publish validation.requested',
    'validator: process validation.requested',
    'validator: publish validation.completed',
    'notifier: process backup.completed',
    'notifier: notify webhook',
    'notifier: publish notification.sent',
    'history: process notification.sent',
  ].map((name) => `holdfast-${name}`);
  const names = (): ReadonlySet<string> => new Set(told().map(({ service, name }) => `${service}: ${name}`));
  await eventually(() => wanted.every((name) => names().has(name)) || undefined, 'a span of each step');

  const all = told();
  const known = new Set([CALLER, ...all.map(({ spanId }) => spanId)]);
  const loose = all.filter(({ parentSpanId = '' }) => !known.has(parentSpanId));
  expect(loose.map(({ service, name }) => `${service}: ${name}`)).toEqual([]);
  const request = all.find(({ name }) => name === 'POST /api/v1/backups');
  expect(request?.parentSpanId).toBe(CALLER);
  const asked = all.find(({ name }) => name === 'publish backup.requested');
  expect(asked?.parentSpanId).toBe(request?.spanId);
  expect(all.find(({ name }) => name === 'process backup.requested')?.parentSpanId).toBe(asked?.spanId);
  expect(JSON.stringify(all)).not.toContain(fleet.token);
});
