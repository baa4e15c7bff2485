import { expect, test } from 'vitest';
import { judgeLock } from './judge-lock.ts';

const now = '2026-07-01T12:00:00.000Z';
const later = '2026-08-01T00:00:00.000Z';
const earlier = '2026-06-01T00:00:00.000Z';
const until = `it is locked until ${later}`;

test.each([
  ['no lock', { mode: undefined, retainUntil: undefined, isHeld: false }, undefined],
  ['one that is over', { mode: 'COMPLIANCE', retainUntil: earlier, isHeld: false }, undefined],
  ['one that ends now', { mode: 'COMPLIANCE', retainUntil: now, isHeld: false }, undefined],
  [
    'one that lasts',
    { mode: 'COMPLIANCE', retainUntil: later, isHeld: false },
    `${until} (COMPLIANCE); remove it after that`,
  ],
  [
    'one of no known mode',
    { mode: undefined, retainUntil: later, isHeld: false },
    `${until}; remove it after that`,
  ],
  [
    'a legal hold',
    { mode: undefined, retainUntil: earlier, isHeld: true },
    'it has a legal hold; have that lifted first',
  ],
])('%s', (_name, lock, expected) => {
  expect(judgeLock(lock, now)).toBe(expected);
});
