import type { Run } from '@holdfast/contracts';
import { validationRunId } from '@holdfast/runs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { outcomeOf } from '../../test/builders.ts';
import { driveGateway, type Driver } from '../../test/driver.ts';
import type { CallContext } from '../http/handler.ts';
import { waitForRun, waitForValidation } from './wait-for-run.ts';

let gateway: Driver;
let run: string;
beforeEach(async () => {
  gateway = await driveGateway();
  gateway.worker.script.idle = true;
  run = (await gateway.call('POST', '/api/v1/backups', {})).json<Run>().id;
});
afterEach(() => gateway.app.close());

const context = (gone = new AbortController().signal): CallContext => ({
  caller: { name: 'anna', permissions: [] },
  sees: () => true,
  note: () => undefined,
  requestId: 'r',
  headers: {},
  isHead: false,
  idempotencyKey: undefined,
  respondAsync: false,
  gone,
  parts: () => {
    throw new Error('there is no form');
  },
});

test('a drain ends the waiting, tells where to go on, and leaves the run alone', async () => {
  const waiting = gateway.call('POST', '/api/v1/admin/backups', {});
  await expect.poll(() => gateway.memory.published.length).toBe(2);
  gateway.stopWaiting();
  const response = await waiting;
  expect(response.statusCode).toBe(503);
  const asked = gateway.memory.published[1]?.subject;
  expect(response.json()).toMatchObject({ status: 'error', code: 'shutting_down', run: asked });
  expect(response.headers['location']).toBe(`/api/v1/runs/${asked}`);
  expect(await gateway.deps.runs.get(asked ?? '')).toMatchObject({ state: 'requested' });
  expect(gateway.memory.published).toHaveLength(2);
});

test('a client that goes away ends the waiting and not the run', async () => {
  const gone = new AbortController();
  const waiting = waitForRun(gateway.deps, context(gone.signal), run);
  gone.abort();
  expect((await waiting).failed).toBeDefined();
  const record = await gateway.deps.runs.get(run);
  expect(record).toMatchObject({ state: 'requested' });
  expect(record).not.toHaveProperty('cancel');
});

test('a run that was cancelled meanwhile is told as such', async () => {
  const waiting = waitForRun(gateway.deps, context(), run);
  await gateway.deps.runs.finish(run, 'cancelled', outcomeOf('backup.cancelled', { by: 'ben' }, run));
  expect(await waiting).toMatchObject({ failed: { failure: { code: 'cancelled' }, run } });
});

test('a validation that nobody begins is not waited for', async () => {
  const validation = validationRunId(run);
  expect(await waitForValidation(gateway.deps, context(), validation, 1)).toBeUndefined();
  await gateway.deps.runs.request({ id: validation, kind: 'validation' });
  expect(await waitForValidation(gateway.deps, context(), validation, 1)).toBeUndefined();
});

test('a validation that began is waited for, however long it takes', async () => {
  const validation = validationRunId(run);
  const entry = await gateway.deps.runs.request({ id: validation, kind: 'validation' });
  const begun = await gateway.deps.runs.change(entry, { state: 'running' });
  expect(begun).toBeDefined();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const waiting = waitForValidation(gateway.deps, context(), validation, 20);
  expect(vi.getTimerCount()).toBe(1);
  while (vi.getTimerCount() > 0) await new Promise((resolve) => setImmediate(resolve));
  vi.useRealTimers();
  const error = { code: 'drill_unavailable', message: 'No server.' } as const;
  await gateway.deps.runs.finish(
    validation,
    'failed',
    outcomeOf('validation.failed', { attempts: 1, error }, validation),
  );
  expect(await waiting).toMatchObject({ state: 'failed' });
});
