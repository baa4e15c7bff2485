import type { Envelope } from '@holdfast/contracts';
import { expect, test, vi } from 'vitest';
import { createClient } from './client.ts';

const envelope = (id: string): Envelope => ({
  specversion: '1.0',
  id,
  type: 'backup.completed',
  source: '/holdfast/backup-worker',
  subject: '0190b0a0-0000-7000-8000-000000000001',
  time: '2026-01-01T00:00:00Z',
  datacontenttype: 'application/json',
  database: 'app',
  data: {},
});
const told = (sequence: number): string =>
  `id: ${sequence}\nevent: backup.completed\ndata: ${JSON.stringify(envelope(`e${sequence}`))}\n\n`;
const stream = (...pieces: readonly string[]) =>
  new Response(new Blob([...pieces]).stream(), { headers: { 'content-type': 'text/event-stream' } });

test('a stream that breaks is gone on with behind the last event', async () => {
  const answers = [stream(told(7), told(8)), stream(':\n\n'), stream(told(9))];
  const fetch = vi.fn<typeof globalThis.fetch>(async () => {
    const next = answers.shift();
    if (!next) throw new TypeError('fetch failed');
    return next;
  });
  const client = createClient({ url: 'http://gateway', fetch });
  const seen: number[] = [];
  for await (const each of client.followEvents({ database: 'app', type: 'backup.*' }, { reconnectMs: 1 })) {
    if (each.kind === 'event') seen.push(each.sequence);
    if (seen.length === 3) break;
  }
  expect(seen).toEqual([7, 8, 9]);
  const resumed = fetch.mock.calls.map(([, sent]) => new Headers(sent?.headers).get('last-event-id'));
  expect(resumed).toEqual([null, '8', '8']);
  expect(fetch.mock.calls[0]?.[0]).toBe('http://gateway/api/v1/events?database=app&type=backup.*');
});

test('progress has no place in the stream', async () => {
  const progress = {
    run: '0190b0a0-0000-7000-8000-000000000001',
    phase: 'dumping',
    rawBytes: 1,
    storedBytes: 1,
    bytesPerSecond: 1,
    at: '2026-01-01T00:00:01Z',
  };
  const fetch = async () => stream(`event: progress\ndata: ${JSON.stringify(progress)}\n\n`);
  const client = createClient({ url: 'http://gateway', fetch });
  const { value } = await client.followEvents({ progress: 'true' }).next();
  expect(value).toEqual({ kind: 'progress', progress });
});

test('who may not watch is told so at once', async () => {
  const fetch = async () => Response.json({ code: 'forbidden', detail: 'No.' }, { status: 403 });
  const client = createClient({ url: 'http://gateway', fetch });
  await expect(client.followEvents().next()).rejects.toMatchObject({ code: 'forbidden' });
});
