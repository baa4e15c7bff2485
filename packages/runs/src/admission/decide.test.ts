import { expect, test } from 'vitest';
import { decideTurn } from './decide.ts';

const EARLY = '2026-01-01T00:00:00.000Z';
const LATE = '2026-01-01T00:00:01.000Z';
const waiting = { state: 'requested' } as const;

test.each([
  ['nobody waits', 'a', LATE, undefined, undefined, 'try'],
  ['it is our turn', 'a', LATE, { holder: 'a', requestedAt: LATE }, waiting, 'try'],
  ['an earlier one is next', 'a', LATE, { holder: 'b', requestedAt: EARLY }, waiting, 'wait'],
  ['we were earlier', 'a', EARLY, { holder: 'b', requestedAt: LATE }, waiting, 'displace'],
  ['asked together: the ids decide', 'b', EARLY, { holder: 'a', requestedAt: EARLY }, waiting, 'wait'],
  ['asked together, ours first', 'a', EARLY, { holder: 'b', requestedAt: EARLY }, waiting, 'displace'],
  [
    'the next one is over',
    'a',
    LATE,
    { holder: 'b', requestedAt: EARLY },
    { state: 'cancelled' as const },
    'displace',
  ],
  [
    'the next one is to be cancelled',
    'a',
    LATE,
    { holder: 'b', requestedAt: EARLY },
    { ...waiting, cancel: { by: 'anna' } },
    'displace',
  ],
  [
    'the next one runs already',
    'a',
    LATE,
    { holder: 'b', requestedAt: EARLY },
    { state: 'running' as const },
    'displace',
  ],
  ['nobody knows the next one', 'a', LATE, { holder: 'b', requestedAt: EARLY }, undefined, 'displace'],
] as const)('%s', (_name, id, requestedAt, turn, holder, expected) => {
  expect(decideTurn({ id, requestedAt }, turn, holder)).toBe(expected);
});
