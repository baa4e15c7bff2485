import type { Presence } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { chooseDatabase } from './decide.ts';

const worker = (ids: readonly string[], roles: string[] = []): Presence => ({
  service: 'backup-worker',
  instance: 'w',
  startedAt: '2026-01-01T00:00:00Z',
  databases: ids.map((id) => ({ id, name: id })),
  roles,
});
const validator: Presence = { ...worker(['x']), service: 'validator' };

test.each([
  ['the only one needs no name', undefined, [worker(['app'])], { database: 'app' }],
  [
    'two workers of one database are one database',
    undefined,
    [worker(['app']), worker(['app'])],
    { database: 'app' },
  ],
  ['a known name', 'b', [worker(['a', 'b'])], { database: 'b' }],
  ['a known name of another worker', 'b', [worker(['a']), worker(['b'])], { database: 'b' }],
  [
    'several need a name',
    undefined,
    [worker(['b', 'a'])],
    { problem: 'database_ambiguous', message: expect.stringContaining('a, b') },
  ],
  [
    'an unknown name lists the known',
    'c',
    [worker(['a', 'b'])],
    { problem: 'database_unknown', message: expect.stringContaining('a, b') },
  ],
  ['no worker takes a name at its word', 'app', [], { database: 'app' }],
  ['no worker and no name', undefined, [validator], { problem: 'no_worker' }],
  ['a worker without databases', undefined, [worker([])], { problem: 'database_unknown' }],
  [
    'only workers of the role count',
    undefined,
    [worker(['a'], ['restore']), worker(['b'], ['backup'])],
    { database: 'b' },
  ],
])('%s', (_name, named, presences, expected) => {
  expect(chooseDatabase(named, presences, 'backup')).toMatchObject(expected);
});
