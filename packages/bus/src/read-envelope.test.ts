import { expect, test } from 'vitest';
import { readEnvelope } from './read-envelope.ts';

const event = {
  specversion: '1.0',
  id: '1',
  type: 'backup.requested',
  source: '/holdfast/test',
  subject: 'a-run',
  time: '2026-01-02T03:04:05Z',
  database: 'app',
  data: {},
};
const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

test('an event on its own subject is read, unknown attributes and all', () => {
  const read = readEnvelope(bytesOf({ ...event, extra: 1 }), 'backup.requested.app');
  expect(read).toEqual({ ok: true, event: { ...event, extra: 1, datacontenttype: 'application/json' } });
});

test('one without a database belongs on _', () => {
  const { database: _, ...rest } = event;
  expect(readEnvelope(bytesOf(rest), 'backup.requested._').ok).toBe(true);
});

test.each([
  [
    'another type than its subject',
    bytesOf({ ...event, type: 'restore.requested' }),
    /belongs on restore.requested.app/,
  ],
  [
    'another database than its subject',
    bytesOf({ ...event, database: 'other' }),
    /belongs on backup.requested.other/,
  ],
  ['no JSON', Buffer.from('{'), /no JSON/],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), /no JSON/],
  ['nothing', Buffer.alloc(0), /no JSON/],
  ['JSON that is no event', bytesOf({ ...event, id: '' }), /no CloudEvent: id/],
])('%s is refused with its reason', (_, bytes, reason) => {
  expect(readEnvelope(bytes, 'backup.requested.app')).toEqual({
    ok: false,
    reason: { code: 'invalid_request', message: expect.stringMatching(reason) },
  });
});
