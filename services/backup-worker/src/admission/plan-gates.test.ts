import { expect, test } from 'vitest';
import { planGates } from './plan-gates.ts';

const limits = { MAX_CONCURRENT_BACKUPS: 4, MAX_CONCURRENT_BACKUPS_PER_SERVER: 1 };

test('the server comes before the whole, and both say what is waited for', () => {
  expect(planGates('0a1b', limits)).toEqual([
    {
      key: 'slot.0a1b',
      limit: 1,
      waitingFor: 'another backup of the same PostgreSQL server (MAX_CONCURRENT_BACKUPS_PER_SERVER=1)',
    },
    { key: 'slot', limit: 4, waitingFor: 'one of 4 other backups (MAX_CONCURRENT_BACKUPS=4)' },
  ]);
});

test('a database that this worker does not know takes no place', () => {
  expect(planGates(undefined, limits)).toEqual([]);
});
