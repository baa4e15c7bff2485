import { expect, test } from 'vitest';
import { decideDatabases } from './decide.ts';

const NOW = Date.parse('2026-05-10T00:00:00Z');
const seen = (lastSeenAt: string): { readonly name: string; readonly lastSeenAt: string } => ({
  name: 'Shop',
  lastSeenAt,
});
const shop = { id: 'shop', name: 'Shop' };

test.each([
  ['a new one is written down', [shop], {}, ['shop'], ['shop']],
  ['one just seen is not written again', [shop], { shop: seen('2026-05-09T23:30:00Z') }, ['shop'], []],
  ['one seen long ago is', [shop], { shop: seen('2026-05-09T12:00:00Z') }, ['shop'], ['shop']],
  [
    'another name is',
    [{ id: 'shop', name: 'Other' }],
    { shop: seen('2026-05-10T00:00:00Z') },
    ['shop'],
    ['shop'],
  ],
  ['without its worker it is known for a week', [], { shop: seen('2026-05-04T00:00:00Z') }, ['shop'], []],
  ['and then no more', [], { shop: seen('2026-05-01T00:00:00Z') }, [], []],
])('%s', (_name, present, stored, known, written) => {
  const decision = decideDatabases({ present, stored: new Map(Object.entries(stored)), nowMs: NOW });
  expect(decision.known).toEqual(known);
  expect(decision.write.map(({ id }) => id)).toEqual(written);
});
