import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createLogger } from '../log/logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { startAdminServer } from './admin-server.ts';
import { createHealth } from './health.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has one
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

test('tells life, readiness and metrics; closes with keep-alive connections open', async () => {
  const health = createHealth();
  const metrics = createMetrics('history');
  metrics.counter('holdfast_events_total', 'Events.').inc();
  const server = await startAdminServer({
    port: await freePort(),
    host: '127.0.0.1',
    metrics,
    health,
    logger,
  });
  const get = async (path: string) => {
    const response = await fetch(`${server.url}${path}`);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    };
  };
  try {
    expect(await get('/healthz')).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(await get('/readyz')).toMatchObject({ status: 200, body: '{"ready":true,"checks":{}}' });
    const told = await get('/metrics');
    expect(told.type).toContain('text/plain; version=0.0.4');
    expect(told.body).toContain('holdfast_events_total{service="history"} 1');
    health.setDraining();
    expect(await get('/readyz')).toMatchObject({ status: 503 });
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect(await get('/elsewhere')).toMatchObject({ status: 404 });
  } finally {
    await server.close();
  }
  await expect(get('/healthz')).rejects.toThrow('fetch failed');
});

test('a port that is taken is an error', async () => {
  const port = await freePort();
  const options = { port, host: '127.0.0.1', metrics: createMetrics('x'), health: createHealth(), logger };
  const server = await startAdminServer(options);
  try {
    await expect(startAdminServer(options)).rejects.toThrow('EADDRINUSE');
  } finally {
    await server.close();
  }
});

test('port 0: none', async () => {
  const server = await startAdminServer({
    port: 0,
    host: '127.0.0.1',
    metrics: createMetrics('history'),
    health: createHealth(),
    logger,
  });
  expect(server.url).toBeUndefined();
  await server.close();
});
