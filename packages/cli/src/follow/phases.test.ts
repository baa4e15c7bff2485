import { expect, test } from 'vitest';
import { progress, run } from '../../test/builders.ts';
import { describeChange, describePhase } from './phases.ts';

const running = run({ state: 'running', attempt: 1 });

test.each([
  ['nothing new', running, running, undefined],
  ['the first sight of a run', undefined, running, undefined],
  [
    'an attempt that failed',
    running,
    run({ state: 'running', attempt: 1, failures: 1 }),
    'attempt 1 did not succeed; it is tried again',
  ],
  ['the last attempt failed', running, run({ state: 'failed', attempt: 1, failures: 1 }), undefined],
  [
    'cancelled in its first attempt',
    running,
    run({ state: 'cancelled', attempt: 1, failures: 1 }),
    undefined,
  ],
  ['somebody asks it to stop', running, { ...running, cancel: { by: 'admin' } }, 'asked to stop'],
])('%s', (_name, before, after, expected) => {
  expect(describeChange(before, after)).toBe(expected);
});

const bytes = { rawBytes: 30_000_000, storedBytes: 9_000_000, estimatedBytes: 51_000_000 };
const totals = progress({
  phase: 'committing',
  rawBytes: 36_400_000,
  storedBytes: 11_200_000,
  estimatedBytes: undefined,
});

test.each([
  [
    'a dump takes its totals from what follows',
    progress(bytes),
    totals,
    'dumping             36.4 MB → 11.2 MB in 1.4 s',
  ],
  [
    'and its own figures where nothing follows',
    progress(bytes),
    undefined,
    'dumping             30.0 MB → 9.0 MB in 1.4 s',
  ],
  [
    'a validation is over when all was read',
    progress({ ...bytes, phase: 'validating' }),
    undefined,
    'validating          51.0 MB in 1.4 s',
  ],
  ['what moves no bytes tells none', totals, undefined, 'committing          1.4 s'],
])('%s', (_name, last, next, expected) => {
  expect(describePhase(last, 1_412, next)).toBe(expected);
});
