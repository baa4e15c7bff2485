import { expect, test } from 'vitest';
import { createHealth } from './health.ts';

test('ready while every check passes', async () => {
  const health = createHealth();
  expect(await health.report()).toEqual({ ready: true, checks: {} });
  health.check('bus', () => undefined);
  health.check('storage', async () => undefined);
  expect(await health.report()).toEqual({
    ready: true,
    checks: { bus: { ok: true }, storage: { ok: true } },
  });
});

test('not ready with what is wrong, without secrets; ready again when it is right again', async () => {
  let down = true;
  const health = createHealth();
  health.check('history', () => {
    if (down) throw new Error('postgres://app:hunter2@db/app does not answer');
  });
  expect(await health.report()).toEqual({
    ready: false,
    checks: { history: { ok: false, detail: 'postgres://app:[redacted]@db/app does not answer' } },
  });
  down = false;
  expect((await health.report()).ready).toBe(true);
});

test('a check that hangs counts as failed', async () => {
  const health = createHealth({ checkLimitMs: 20 });
  health.check('storage', () => new Promise(() => undefined));
  expect(await health.report()).toEqual({
    ready: false,
    checks: { storage: { ok: false, detail: 'no answer within 20 ms' } },
  });
});

test('draining is never ready', async () => {
  const health = createHealth();
  health.check('bus', () => undefined);
  health.setDraining();
  const { ready, checks } = await health.report();
  expect(ready).toBe(false);
  expect(checks['bus']).toEqual({ ok: true });
});
