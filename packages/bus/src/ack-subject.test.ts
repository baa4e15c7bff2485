import { expect, test } from 'vitest';
import { parseAckSubject } from './ack-subject.ts';

const expected = {
  stream: 'EVENTS',
  consumer: 'worker_a',
  deliveryCount: 3,
  streamSequence: 42,
  consumerSequence: 7,
  timestampMs: 1_760_000_000_123,
  pending: 5,
};

test.each([
  ['nine tokens', '$JS.ACK.EVENTS.worker_a.3.42.7.1760000000123456789.5', expected],
  ['with domain and account', '$JS.ACK._.acc.EVENTS.worker_a.3.42.7.1760000000123456789.5', expected],
  ['and a random token', '$JS.ACK._.acc.EVENTS.worker_a.3.42.7.1760000000123456789.5.x', expected],
  ['something else', '_INBOX.worker.abc', undefined],
  ['too short', '$JS.ACK.EVENTS.worker_a.3', undefined],
  ['no numbers', '$JS.ACK.EVENTS.worker_a.x.42.7.1760000000123456789.5', undefined],
])('%s', (_name, subject, result) => {
  expect(parseAckSubject(subject)).toEqual(result);
});
