import { createClient, type Client } from '@holdfast/client';
import type { Progress } from '@holdfast/contracts';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CONTENT } from '../test/fake-worker.ts';
import { driveGateway, type Driver } from '../test/driver.ts';

let gateway: Driver;
let url = '';
let client: Client;
beforeEach(async () => {
  gateway = await driveGateway();
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  client = createClient({ url, token: gateway.authorization.authorization.slice('Bearer '.length) });
});
afterEach(async () => {
  gateway.stopWaiting();
  await gateway.app.close();
});

const progress = (run: string, rawBytes: number): Progress => ({
  run,
  phase: 'dumping',
  rawBytes,
  storedBytes: 1,
  bytesPerSecond: 1,
  at: '2026-01-01T00:00:00Z',
});

test('the client follows a run: its states, its progress, its end', async () => {
  gateway.worker.script.idle = true;
  const asked = await client.createBackup({ description: 'x' }, { idempotencyKey: 'k' });
  const states: string[] = [];
  const seen: number[] = [];
  const watching = client.watchRun(asked.id, {
    onRun: (run) => states.push(run.state),
    onProgress: (each) => seen.push(each.rawBytes),
  });
  await expect.poll(() => states).toEqual(['requested']);
  gateway.memory.broadcast(`progress.${asked.id}`, progress(asked.id, 5));
  gateway.memory.broadcast(`progress.${asked.id}`, { not: 'progress' });
  gateway.memory.broadcast(`progress.${asked.id}`, progress(asked.id, 7));
  await expect.poll(() => seen).toEqual([5, 7]);
  const entry = await gateway.deps.runs.entry(asked.id);
  if (!entry) throw new Error('the run is gone');
  await gateway.deps.runs.change(entry, { state: 'running', attempt: 1 });
  await expect.poll(() => states).toEqual(['requested', 'running']);
  const event = { ...gateway.memory.published[0], data: { by: 'ben' }, type: 'backup.cancelled' };
  await gateway.deps.runs.finish(
    asked.id,
    'cancelled',
    event as typeof event & {
      specversion: '1.0';
      id: string;
      source: string;
      subject: string;
      time: string;
      datacontenttype: 'application/json';
    },
  ); // the request's envelope with another type
  expect(await watching).toMatchObject({ id: asked.id, state: 'cancelled' });
  expect(states.at(-1)).toBe('cancelled');
});

test('every answer fits the schema that the client checks', async () => {
  gateway.worker.script.validate = 'structure';
  const made = await client.enhancedCreateBackup({ description: 'x' });
  const { filename } = made.data as { filename: string }; // 200, as nothing asked for 202
  expect((await client.legacyListBackups()).data).toHaveLength(1);
  expect((await client.listBackups()).backups).toHaveLength(1);
  expect(await client.getBackup({ filename })).toMatchObject({ filename });
  expect((await client.enhancedValidateBackup({ filename })).data).toMatchObject({ filename });
  expect((await client.enhancedGetStatus()).data).toMatchObject({ total_backups: 1 });
  expect((await client.enhancedListHistory({ limit: 1 })).data).toMatchObject({ total: 3 });
  expect((await client.getStatus()).repository.backups).toBe(1);
  expect((await client.listDatabases()).databases).toHaveLength(1);
  expect((await client.listRuns({ kind: 'backup' })).runs).toHaveLength(1);
  expect(await (await client.downloadBackup({ filename })).bytes()).toEqual(new Uint8Array(CONTENT));
  expect(await client.deleteBackup({ filename, force: 'true' })).toMatchObject({ kind: 'removal' });
  await expect(client.getBackup({ filename })).rejects.toMatchObject({ code: 'backup_not_found' });
});

/** Sends bytes as they are and reads the answer to its end. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['headers without end', `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
])('%s is answered as a problem and closed', async (_name, bytes, status) => {
  const answer = await raw(bytes);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain('application/problem+json');
  expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ status });
});

test('a client that hangs up while it waits leaves the run as it is', async () => {
  gateway.worker.script.idle = true;
  const hangUp = new AbortController();
  const waiting = client.legacyCreateBackup({}, { signal: hangUp.signal });
  await expect.poll(() => gateway.memory.published.length).toBe(1);
  hangUp.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
  const [record] = await gateway.deps.runs.active();
  expect(record).toMatchObject({ state: 'requested' });
  expect(gateway.memory.published).toHaveLength(1);
});

test('closing while clients wait and watch ends in a moment, and they hear why', async () => {
  gateway.worker.script.idle = true;
  const waiting = client.legacyCreateBackup({});
  await expect.poll(() => gateway.memory.published.length).toBe(1);
  const run = gateway.memory.published[0]?.subject ?? '';
  const watching = client.watchRun(run, { patienceMs: 0, reconnectMs: 1 });
  const ends = Promise.allSettled([waiting, watching]);
  const seen = Promise.withResolvers<void>();
  const second = client.watchRun(run, { onRun: () => seen.resolve(), patienceMs: 0, reconnectMs: 1 });
  const third = Promise.allSettled([second]);
  await seen.promise;
  const begunAt = performance.now();
  gateway.stopWaiting();
  await gateway.app.close();
  expect(performance.now() - begunAt).toBeLessThan(5_000);
  const [waited, watched] = await ends;
  expect(waited).toMatchObject({ reason: { code: 'shutting_down' } });
  expect(watched).toMatchObject({ reason: { code: 'gateway_unreachable' } });
  await third;
});
