import type { Failure, RunRecord } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { decideStep, judgeAttempt } from './decide.ts';

const FRESH_MS = 60_000;
const OLD_MS = 8 * 86_400_000;

const record = (fields: Partial<RunRecord>): RunRecord => ({
  id: '0190b0a0-0000-7000-8000-000000000001',
  kind: 'backup',
  state: 'requested',
  attempt: 0,
  failures: 0,
  requestedAt: '2026-01-01T00:00:00Z',
  ...fields,
});

test.each([
  ['a fresh run begins', record({}), { step: 'begin', attempt: 1, failures: 0 }],
  [
    'a failed attempt is followed by the next',
    record({ attempt: 1, failures: 1 }),
    { step: 'begin', attempt: 2, failures: 1 },
  ],
  [
    'a run left running counts as a failure of its dead worker',
    record({ state: 'running', attempt: 1 }),
    { step: 'begin', attempt: 2, failures: 1 },
  ],
  [
    'a drained attempt is no failure',
    record({ attempt: 7, failures: 0 }),
    { step: 'begin', attempt: 8, failures: 0 },
  ],
  ['a terminal run is told again', record({ state: 'completed', attempt: 1 }), { step: 'republish' }],
  [
    'a cancelled request ends before it begins',
    record({ cancel: { by: 'anna' } }),
    { step: 'cancel', by: 'anna', reason: undefined },
  ],
])('%s', (_name, given, expected) => {
  expect(decideStep(given, 3, FRESH_MS)).toEqual(expected);
});

test('a run whose workers keep dying is given up, so none stays running for ever', () => {
  const step = decideStep(record({ state: 'running', attempt: 4, failures: 3 }), 3, FRESH_MS);
  expect(step).toMatchObject({ step: 'give-up', failures: 4, failure: { code: 'worker_lost' } });
});

test('a request that nobody began for a week is not begun any more, one that was begun is finished', () => {
  expect(decideStep(record({}), 3, OLD_MS)).toMatchObject({
    step: 'give-up',
    failure: { code: 'timed_out' },
  });
  expect(decideStep(record({ attempt: 1 }), 3, OLD_MS)).toMatchObject({ step: 'begin' });
});

const failure = (code: Failure['code']): Failure => ({ code, message: '' });
test.each([
  ['what may pass is tried again', failure('server_unreachable'), 1, { verdict: 'retry', delayMs: 5_000 }],
  ['at most so often', failure('server_unreachable'), 3, { verdict: 'fail' }],
  ['what stays wrong is not', failure('authentication_failed'), 1, { verdict: 'fail' }],
])('%s', (_name, given, failures, expected) => {
  expect(judgeAttempt(given, failures, { maxRetries: 2, retryWaitMs: 5_000 })).toEqual(expected);
});
