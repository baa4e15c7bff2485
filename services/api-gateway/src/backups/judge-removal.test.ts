import type { Pin } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { whyNotRemoved, type Removable } from './judge-removal.ts';

const backup = (name: string, fields: Partial<Removable> = {}): Removable => ({
  name,
  filename: `${name}.dump.zst`,
  database: 'app',
  ancestors: [],
  ...fields,
});
const full = backup('full');
const other = backup('other');
const delta = backup('delta', { ancestors: ['full'] });
const pin: Pin = { reason: 'audit', by: 'ben', at: '2026-01-01T00:00:00Z' };

type Case = readonly [
  what: string,
  wanted: Removable,
  all: readonly Removable[],
  circumstances: { readonly pin?: Pin; readonly isForced?: boolean },
  code: string | undefined,
  message: RegExp,
];
test.each<Case>([
  ['one of two good ones', full, [full, other], {}, undefined, /./],
  ['the last good one', full, [full], {}, 'last_good_backup', /make another first.*force/],
  ['the last good one, and it is meant', full, [full], { isForced: true }, undefined, /./],
  ['beside an invalid one', full, [full, backup('bad', { verdict: 'invalid' })], {}, 'last_good_backup', /./],
  ['beside a part', full, [full, backup('part', { selection: {} })], {}, 'last_good_backup', /./],
  ['an invalid one, alone', backup('bad', { verdict: 'invalid' }), [], {}, undefined, /./],
  ['a part, alone', backup('part', { selection: {} }), [], {}, undefined, /./],
  ['what another builds on', full, [full, delta, other], {}, 'backup_needed', /delta builds on it/],
  [
    'what others build on',
    full,
    [full, delta, { ...delta, name: 'b' }],
    {},
    'backup_needed',
    /delta, b build/,
  ],
  ['what another builds on, with force', full, [full, delta], { isForced: true }, 'backup_needed', /./],
  ['the newest of a chain', delta, [full, delta], {}, undefined, /./],
  ['a pinned one', full, [full, other], { pin }, 'backup_pinned', /by ben \(audit\)/],
  ['a pinned one, with force', full, [full, other], { pin, isForced: true }, 'backup_pinned', /./],
  [
    'pinned for a time, for no reason',
    full,
    [full, other],
    { pin: { ...pin, reason: '', until: '2027-01-01T00:00:00Z' } },
    'backup_pinned',
    /by ben until 2027-01-01T00:00:00Z; /,
  ],
])('%s', (_what, wanted, all, circumstances, code, message) => {
  const failure = whyNotRemoved(wanted, { all, pin: undefined, isForced: false, ...circumstances });
  expect(failure?.code).toBe(code);
  if (failure) expect(failure.message).toMatch(message);
});
