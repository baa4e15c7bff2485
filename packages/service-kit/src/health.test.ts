import { expect, test } from 'vitest';
import { createHealth } from './health.ts';

test('ready when every check is, and the failing one is named', async () => {
  const health = createHealth();
  health.check('bus', () => undefined);
  expect(await health.report()).toEqual({ ready: true, checks: { bus: { ok: true } } });
  health.check('storage', () => Promise.reject(new Error('read-only')));
  expect(await health.report()).toEqual({
    ready: false,
    checks: { bus: { ok: true }, storage: { ok: false, detail: 'read-only' } },
  });
});

test('a draining service is not ready', async () => {
  const health = createHealth();
  health.setDraining();
  expect((await health.report()).ready).toBe(false);
});

test('a check that never answers counts as failed', async () => {
  const health = createHealth();
  health.check('stuck', () => new Promise(() => undefined));
  expect((await health.report()).checks['stuck']).toEqual({ ok: false, detail: 'no answer within 2000 ms' });
});
