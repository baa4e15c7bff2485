import type { Alert } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import type { Payload } from '../payload/payload.ts';
import { isReminderDue, judgeAlert } from './judge-alert.ts';

const failure: Payload = {
  about: 'backup.failed',
  title: 'Backup of app failed',
  severity: 'critical',
  outcome: 'failure',
  at: '2026-03-01T03:00:00.000Z',
  database: 'app',
  details: [],
  problem: 'backup.app',
  resolves: false,
};
const success: Payload = {
  ...failure,
  about: 'backup.completed',
  outcome: 'success',
  resolves: true,
  at: '2026-03-01T17:00:00.000Z',
};

const after = (...steps: readonly (readonly [Payload, number])[]): Alert | undefined =>
  steps.reduce<Alert | undefined>(
    (alert, [payload, sequence]) => judgeAlert(alert, payload, sequence).next ?? alert,
    undefined,
  );

test('failures are counted until a success ends the problem', () => {
  const open = after([failure, 1], [{ ...failure, at: '2026-03-01T04:00:00.000Z' }, 2], [failure, 3]);
  expect(open).toMatchObject({ isOpen: true, failures: 3, openedAt: failure.at });
  const { ended, next } = judgeAlert(open, success, 4);
  expect(ended).toEqual(open);
  expect(next).toMatchObject({ isOpen: false, closedAt: success.at });
});

test('an event that comes again is not counted again', () => {
  const open = after([failure, 1], [failure, 2]);
  expect(judgeAlert(open, failure, 2)).toEqual({});
  const closed = after([failure, 1], [success, 2]);
  expect(judgeAlert(closed, success, 2)).toEqual({});
});

test('a success without a problem, or of before it, ends nothing', () => {
  expect(judgeAlert(undefined, success, 1)).toEqual({});
  expect(judgeAlert(after([failure, 1]), { ...success, at: '2026-03-01T02:00:00.000Z' }, 2)).toEqual({});
});

test('a problem that comes back is a new one', () => {
  const again = after([failure, 1], [success, 2], [{ ...failure, at: '2026-03-02T03:00:00.000Z' }, 3]);
  expect(again).toMatchObject({
    isOpen: true,
    failures: 1,
    openedAt: '2026-03-02T03:00:00.000Z',
    reminders: 0,
  });
});

test.each([
  [true, 0, 1_000, 1_000, true],
  [true, 0, 999, 1_000, false],
  [true, 0, 1_000, 0, false],
  [false, 0, 1_000, 1_000, false],
])(
  'a reminder of an open (%s) problem told at %d is due at %d every %d: %s',
  (isOpen, told, now, every, due) => {
    expect(isReminderDue({ isOpen }, told, now, every)).toBe(due);
  },
);
