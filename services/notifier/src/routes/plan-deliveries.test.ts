import type { Alert } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import type { Payload } from '../payload/payload.ts';
import { matchesPattern } from './matches-pattern.ts';
import { planRoutes, parseHeaders } from './plan-defaults.ts';
import { planDeliveries, planReminder } from './plan-deliveries.ts';
import type { Route } from './route.ts';

const failure: Payload = {
  about: 'backup.failed',
  title: 'Backup of app failed',
  severity: 'critical',
  outcome: 'failure',
  at: '2026-03-01T03:00:00.000Z',
  database: 'app',
  details: [],
  resolves: false,
};
const success: Payload = {
  ...failure,
  about: 'backup.completed',
  title: 'Backup of app completed',
  severity: 'info',
  outcome: 'success',
};
const ended: Alert = {
  problem: 'backup.app',
  isOpen: true,
  about: 'backup.failed',
  severity: 'critical',
  database: 'app',
  title: failure.title,
  openedAt: '2026-02-28T13:00:00.000Z',
  failures: 3,
  lastToldAt: failure.at,
  reminders: 0,
  sequence: 3,
};
const route = (more: Partial<Route>): Route => ({
  id: 'r',
  channels: ['slack'],
  recoveries: true,
  reminders: true,
  ...more,
});

test.each<[Partial<Route>, Payload, boolean]>([
  [{}, failure, true],
  [{ types: ['backup.*'] }, failure, true],
  [{ types: ['restore.*'] }, failure, false],
  [{ outcomes: ['failure'] }, success, false],
  [{ severity: 'warning' }, failure, true],
  [{ severity: 'warning' }, success, false],
  [{ databases: ['prod-*'] }, failure, false],
  [{ databases: ['a??'] }, failure, true],
  [{ databases: ['app'] }, { ...failure, database: undefined }, false],
  [{ databases: ['*'] }, { ...failure, database: undefined }, true],
])('%j', (restricted, payload, isTold) => {
  expect(planDeliveries(payload, [route(restricted)])).toHaveLength(isTold ? 1 : 0);
});

test('a channel that takes successes hears of the recovery in the same message; the others get a notice', () => {
  const told = planDeliveries(
    success,
    [route({ id: 'all' }), route({ id: 'bad', channels: ['pager', 'slack'], outcomes: ['failure'] })],
    ended,
  );
  expect(told.map(({ route: id, channel, payload }) => [id, channel, payload.about])).toEqual([
    ['all', 'slack', 'backup.completed'],
    ['bad', 'pager', 'recovery'],
  ]);
  expect(told[0]?.payload.change).toContain('works again after 3 failures, 14 h');
  expect(told[1]?.payload.title).toContain('works again after 3 failures, 14 h');
});

test('who did not hear of the failure, or wants no recoveries, hears nothing of its end', () => {
  const other = [
    route({ outcomes: ['failure'], databases: ['shop'] }),
    route({ id: 's', outcomes: ['failure'], recoveries: false }),
  ];
  expect(planDeliveries(success, other, ended)).toEqual([]);
});

test('reminders go to those who heard; a channel is never told of its own failing', () => {
  const routes = [
    route({ outcomes: ['failure'] }),
    route({ id: 'q', reminders: false }),
    route({ id: 'o', databases: ['shop'] }),
  ];
  expect(planReminder(ended, failure, routes).map((each) => each.route)).toEqual(['r']);
  expect(
    planDeliveries({ ...failure, notTo: 'slack' }, [route({ channels: ['slack', 'email'] })]),
  ).toHaveLength(1);
});

test('by default failures and the successes that people wait for are told, as the settings say', () => {
  const channels = [{ id: 'slack', kind: 'slack', url: 'https://hooks.example' } as const];
  const told = (payload: Payload, success: boolean, failed: boolean) =>
    planDeliveries(payload, planRoutes(channels, { success, failure: failed })).length;
  expect([
    told(failure, true, true),
    told(failure, true, false),
    told(success, true, true),
    told(success, false, true),
  ]).toEqual([1, 0, 1, 0]);
  expect(told({ ...success, about: 'backup.started', outcome: 'progress' }, true, true)).toBe(0);
});

test.each([
  ['*', '', true],
  ['a*c', 'abbbc', true],
  ['a*c', 'abbb', false],
  ['?', '', false],
  ['*a*b*', 'xxaxxbxx', true],
  ['backup.*', 'backup.failed', true],
  ['', '', true],
])('%s on %s: %s', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

test('headers are lines', () => {
  expect(parseHeaders('X-Key: a: b\n Authorization : Bearer c\n')).toEqual({
    'X-Key': 'a: b',
    Authorization: 'Bearer c',
  });
  expect(parseHeaders('no header')).toBeUndefined();
});
