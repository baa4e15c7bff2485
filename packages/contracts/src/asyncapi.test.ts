import { expect, test } from 'vitest';
import { asyncapiDocument } from './asyncapi.ts';
import { eventTypes, subjectOf } from './events.ts';

const document = asyncapiDocument('1.2.3');

test('every event has a channel at its own subject, a message and an operation that sends it', () => {
  const channels = document['channels'] as Readonly<Record<string, { address: string }>>;
  const operations = document['operations'] as Readonly<Record<string, { action: string }>>;
  for (const type of eventTypes) {
    expect(channels[type]?.address.replace('{database}', 'app')).toBe(subjectOf(type, 'app'));
    expect(operations[`send.${type}`]?.action).toBe('send');
  }
});

test('what others may send is what an integrator may', () => {
  const received = Object.entries(document['operations'] as Readonly<Record<string, { action: string }>>)
    .filter(([, { action }]) => action === 'receive')
    .map(([name]) => name);
  expect(received).toEqual(['receive.backup.requested']);
});
