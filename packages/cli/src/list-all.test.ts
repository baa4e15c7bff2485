import { expect, test, vi } from 'vitest';
import { backup } from '../test/builders.ts';
import type { Client } from '@holdfast/client';
import { listAll } from './list-all.ts';

const made = Array.from({ length: 25 }, (_, index) => ({ ...backup(), name: `b${index}` }));

/** A server that gives seven at once. */
function server() {
  const listBackups = vi.fn<Client['listBackups']>(async ({ limit = 7, cursor = '0' } = {}) => {
    const first = Number(cursor);
    const end = first + Math.min(7, Number(limit));
    const next = end < made.length ? { nextCursor: String(end) } : {};
    const backups = made.slice(first, end);
    return { backups, ...next, problems: [], total: made.length, historyAvailable: true };
  });
  return { listBackups };
}

test('all pages are one list', async () => {
  const { backups, nextCursor, total } = await listAll(server(), { database: 'app' });
  expect([backups, nextCursor, total]).toEqual([made, undefined, 25]);
});

test('no more is asked for than is wanted', async () => {
  const client = server();
  expect((await listAll(client, {}, 9)).backups).toEqual(made.slice(0, 9));
  expect(client.listBackups.mock.calls.map(([query]) => query?.limit)).toEqual([9, 2]);
});
