import { catalogueEntrySchema, type CatalogueEntry } from '@holdfast/contracts';
import { afterEach, expect, test } from 'vitest';
import { memoryBus } from '../../test/memory-bus.ts';
import { followCopies, type Copies } from './follow-copies.ts';

const opened: Copies[] = [];
afterEach(() => Promise.all(opened.splice(0).map((each) => each.stop())));

const at = '2026-01-01T00:00:00Z';
const entry = (name: string, more: Partial<CatalogueEntry> = {}): CatalogueEntry => ({
  name,
  filename: `${name}.dump.zst`,
  database: 'app',
  ancestors: [],
  sizeBytes: 1,
  seenAt: at,
  ...more,
});

async function follow(...places: readonly string[]) {
  const bus = memoryBus();
  const catalogue = await bus.bucket('catalogue', catalogueEntrySchema);
  await catalogue.create('_.a', entry('a'));
  await catalogue.create('offsite.a', entry('a'));
  const copies = await followCopies(bus, places, (error) => expect.unreachable(String(error)));
  opened.push(copies);
  return { catalogue, copies };
}

test('each backup’s copies are known, as they come and go', async () => {
  const { catalogue, copies } = await follow('offsite', 'vault');
  await expect.poll(() => copies.of('a')).toEqual(['offsite']);
  expect(copies.of('b')).toEqual([]);
  await catalogue.create('vault.a', entry('a'));
  await expect.poll(() => copies.of('a')).toEqual(['offsite', 'vault']);
  await catalogue.remove('offsite.a');
  await expect.poll(() => copies.of('a')).toEqual(['vault']);
});

test.each([
  ['is gone', { missingSince: at }],
  ['is being removed', { removing: { run: 'r', by: 'anna', at } }],
])('a copy that %s is none', async (_what, more) => {
  const { catalogue, copies } = await follow('offsite');
  await expect.poll(() => copies.of('a')).toEqual(['offsite']);
  const present = await catalogue.get('offsite.a');
  await catalogue.update('offsite.a', entry('a', more), present?.revision ?? 0);
  await expect.poll(() => copies.of('a')).toEqual([]);
});

test('without other destinations there is nothing to tell', async () => {
  expect((await follow()).copies.of('a')).toBeUndefined();
});
