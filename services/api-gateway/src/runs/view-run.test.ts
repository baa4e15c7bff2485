import { expect, test } from 'vitest';
import { aBackup, aRecord, outcomeOf, RUN } from '../../test/builders.ts';
import { failureOfRun, viewRun } from './view-run.ts';

const derive = (run: string): string => `validation of ${run}`;
const over = { state: 'completed', attempt: 1, endedAt: '2026-01-01T00:01:05Z' } as const;

test('a run under way is its record', () => {
  const record = aRecord({ state: 'running', worker: 'w' });
  expect(viewRun(record, derive)).toEqual(record);
});

test('a completed backup tells what it made and which run will validate it', () => {
  const record = aRecord({
    ...over,
    outcome: outcomeOf('backup.completed', { backup: aBackup(), validate: 'structure' }),
  });
  expect(viewRun(record, derive)).toEqual({
    ...aRecord(over),
    backup: aBackup(),
    validationRun: derive(RUN),
  });
});

test('a backup that nobody will validate names no such run', () => {
  const record = aRecord({ ...over, outcome: outcomeOf('backup.completed', { backup: aBackup() }) });
  expect(viewRun(record, derive)).not.toHaveProperty('validationRun');
});

test('a failed run tells why', () => {
  const error = { code: 'storage_full', message: 'Full.' } as const;
  const record = aRecord({ state: 'failed', outcome: outcomeOf('backup.failed', { attempts: 2, error }) });
  expect(viewRun(record, derive)).toEqual({ ...aRecord({ state: 'failed' }), error });
});

test('a cancelled run says who and why', () => {
  const record = aRecord({ state: 'cancelled', cancel: { by: 'anna', reason: 'too late' } });
  expect(failureOfRun(record)).toEqual({
    code: 'cancelled',
    message: 'The run was cancelled by anna: too late.',
  });
});

test('a failure that cannot be read is still a failure', () => {
  expect(failureOfRun(aRecord({ state: 'failed' }))).toMatchObject({ code: 'internal' });
});
