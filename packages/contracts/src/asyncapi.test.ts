import { expect, test } from 'vitest';
import { asyncapiDocument } from './asyncapi.ts';
import { eventTypes, subjectOf } from './events.ts';

type Node = Readonly<Record<string, unknown>>;
const document = asyncapiDocument('1.2.3');

/** Where a reference of this document leads; undefined: nowhere. */
const follow = (reference: string): unknown =>
  reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((node, key) => (node as Node | undefined)?.[key], document);

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

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, to]) => to ?? '');
  expect(references.length).toBeGreaterThan(eventTypes.length * 3);
  for (const reference of references) expect(follow(reference), reference).toBeDefined();
});

test('its shape is that of AsyncAPI 3.0', () => {
  expect(document['asyncapi']).toBe('3.0.0');
  expect(Object.keys(document).sort()).toEqual(
    ['asyncapi', 'channels', 'components', 'defaultContentType', 'info', 'operations', 'servers'].sort(),
  );
  const { messages } = document['components'] as { messages: Readonly<Record<string, Node>> };
  for (const name of Object.keys(messages)) expect(name).toMatch(/^[\w.-]+$/);
  for (const message of Object.values(messages)) expect(message['payload']).toBeDefined();
});
