import type { Run } from '@holdfast/contracts';
import { expect, test, vi } from 'vitest';
import { createClient } from './client.ts';

const run: Run = {
  id: '0190b0a0-0000-7000-8000-000000000001',
  kind: 'backup',
  state: 'requested',
  attempt: 0,
  failures: 0,
  requestedAt: '2026-01-01T00:00:00Z',
};

const answering = (...answers: readonly (() => Response | Promise<Response>)[]) => {
  const left = [...answers];
  const fetch = vi.fn<typeof globalThis.fetch>(async () => {
    const next = left.shift();
    if (!next)
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:8484') });
    return next();
  });
  return { fetch, client: createClient({ url: 'http://gateway:8484/', token: 'hf_x', fetch }) };
};
const json = (status: number, body: unknown) => () => Response.json(body, { status });

test('sends token, idempotency key and JSON, and returns the checked body', async () => {
  const { client, fetch } = answering(json(202, run));
  await expect(client.createBackup({ database: 'app' }, { idempotencyKey: 'k1' })).resolves.toEqual(run);
  const [url, sent] = fetch.mock.calls[0] ?? [];
  expect(url).toBe('http://gateway:8484/api/v1/backups');
  expect(Object.fromEntries(new Headers(sent?.headers))).toEqual({
    authorization: 'Bearer hf_x',
    'idempotency-key': 'k1',
    'content-type': 'application/json',
  });
  expect(sent?.body).toBe('{"database":"app"}');
});

test('a file goes as a form, whose type fetch itself knows', async () => {
  const data = { filename: 'a.sql', description: 'x', size: 1, created_at: run.requestedAt };
  const stored = { status: 'success', data: { ...data, download_url: '/a', stored_as: 'a.sql' } };
  const { client, fetch } = answering(json(200, stored));
  await client.legacyUploadBackup({ file: new File(['select 1;'], 'a.sql'), description: 'x' });
  const [, sent] = fetch.mock.calls[0] ?? [];
  expect(new Headers(sent?.headers).get('content-type')).toBeNull();
  const form = sent?.body as FormData; // what a route with a form is called with
  expect([...form.keys()]).toEqual(['description', 'file']);
  expect(await (form.get('file') as File).text()).toBe('select 1;');
});

test.each([
  ['problem details', 404, { code: 'run_not_found', detail: 'No run x.' }, 'run_not_found', /^No run x\.$/],
  ['the envelope', 409, { status: 'error', code: 'name_taken', error: 'Taken.' }, 'name_taken', /^Taken\.$/],
  ['a 401 of something else', 401, {}, 'unauthorized', /HOLDFAST_TOKEN/],
  ['a proxy', 502, 'Bad gateway', 'gateway_unreachable', /http:\/\/gateway:8484.*502/],
])('a failure told by %s keeps its code', async (_name, status, body, code, message) => {
  const { client } = answering(json(status, body));
  await expect(client.listDatabases()).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('no connection is gateway_unreachable, with the address and what the socket said', async () => {
  const { client } = answering();
  await expect(client.getStatus()).rejects.toMatchObject({
    code: 'gateway_unreachable',
    message: expect.stringMatching(/http:\/\/gateway:8484: connect ECONNREFUSED/),
  });
});

test('another server at the address is told as such', async () => {
  const { client } = answering(() => new Response('<html>hello</html>'));
  await expect(client.listDatabases()).rejects.toMatchObject({ code: 'gateway_unreachable' });
});

test('an answer in another shape is refused, not passed on', async () => {
  const { client } = answering(json(200, { runs: 'many' }));
  await expect(client.listRuns()).rejects.toThrow(/listRuns in an unexpected shape \(runs/);
});

const stream =
  (...pieces: readonly string[]) =>
  () =>
    new Response(new Blob([...pieces]).stream(), { headers: { 'content-type': 'text/event-stream' } });
const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const progress = {
  run: run.id,
  phase: 'dumping',
  rawBytes: 10,
  storedBytes: 5,
  bytesPerSecond: 1,
  at: '2026-01-01T00:00:01Z',
};

test('watchRun reconnects after a broken stream and a refused connection, and ends with the final run', async () => {
  const over: Run = { ...run, state: 'completed', attempt: 1, endedAt: '2026-01-01T00:00:02Z' };
  const { client, fetch } = answering(
    stream(event('run', run), event('progress', progress)),
    () => Promise.reject(new TypeError('fetch failed')),
    stream(':heartbeat\n\n', event('run', over)),
  );
  const phases: string[] = [];
  const states: string[] = [];
  const result = await client.watchRun(run.id, {
    reconnectMs: 1,
    onProgress: (p) => phases.push(p.phase),
    onRun: (r) => states.push(r.state),
  });
  expect(result).toEqual(over);
  expect(phases).toEqual(['dumping']);
  expect(states).toEqual(['requested', 'completed']);
  expect(fetch).toHaveBeenCalledTimes(3);
});

test('watchRun gives up when the gateway stays away longer than its patience', async () => {
  const { client } = answering();
  await expect(client.watchRun(run.id, { patienceMs: 5, reconnectMs: 2 })).rejects.toMatchObject({
    code: 'gateway_unreachable',
  });
});

test('watchRun does not retry what will not change', async () => {
  const { client, fetch } = answering(json(404, { code: 'run_not_found', detail: 'No run.' }));
  await expect(client.watchRun(run.id)).rejects.toMatchObject({ code: 'run_not_found' });
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('watchRun stops when asked', async () => {
  const { client } = answering(stream());
  const stop = new AbortController();
  const watching = client.watchRun(run.id, { signal: stop.signal, reconnectMs: 60_000 });
  stop.abort(new Error('enough'));
  await expect(watching).rejects.toThrow(/enough|aborted/);
});
