import { expect, test } from 'vitest';
import { judgeServices } from './judge-services.ts';
import type { Signs } from './signs.ts';
import { limits, NOW_MS, scheduleSign, signs } from './test-signs.ts';

const MINUTE = 60_000;
const outcomes = (fields: Partial<Signs>, check: string) =>
  judgeServices(signs(fields), limits)
    .filter((each) => each.check === check)
    .map(({ subject, outcome }) => [subject, outcome]);

const service = (name: string, release?: string) => ({
  service: name,
  instance: 'host-1-abc',
  ...(release === undefined ? {} : { release }),
});

test('a worker that is missing is critical, another service a warning, a restart neither', () => {
  const missing = {
    'backup-worker': NOW_MS - 2 * MINUTE,
    notifier: NOW_MS - 2 * MINUTE,
    history: NOW_MS - 10_000,
  };
  expect(outcomes({ missing }, 'services.present')).toEqual([
    ['backup-worker', 'critical'],
    ['notifier', 'warning'],
  ]);
  expect(outcomes({}, 'services.present')).toEqual([[undefined, 'ok']]);
});

test('releases side by side', () => {
  const same = [service('validator', '1.0.0'), service('history', '1.0.0'), service('notifier')];
  expect(outcomes({ services: same }, 'services.releases')).toEqual([[undefined, 'ok']]);
  const mixed = [...same, service('backup-worker', '1.1.0')];
  expect(outcomes({ services: mixed }, 'services.releases')).toEqual([[undefined, 'warning']]);
});

test('dead letters, and events that nobody takes', () => {
  expect(outcomes({ deadLetters: 1 }, 'bus.dead-letters')).toEqual([[undefined, 'warning']]);
  const pending = [
    { durable: 'history', events: 5_000 },
    { durable: 'notifier', events: 3 },
  ];
  expect(outcomes({ pending }, 'bus.pending')).toEqual([
    ['history', 'warning'],
    ['notifier', 'ok'],
  ]);
});

test.each([
  [-MINUTE, 'ok'],
  [MINUTE, 'ok'],
  [3 * MINUTE, 'warning'],
  [20 * MINUTE, 'critical'],
])('a schedule that is %d ms late', (lateMs, expected) => {
  const schedules = [scheduleSign({}, { nextDueAtMs: NOW_MS - lateMs })];
  expect(outcomes({ schedules }, 'schedule.lag')).toEqual([['nightly', expected]]);
});

test('a paused schedule is never late, and jitter is no lateness', () => {
  const late = { nextDueAtMs: NOW_MS - 3 * MINUTE };
  expect(outcomes({ schedules: [scheduleSign({ enabled: false }, late)] }, 'schedule.lag')).toEqual([]);
  expect(outcomes({ schedules: [scheduleSign({ jitterMs: 5 * MINUTE }, late)] }, 'schedule.lag')).toEqual([
    ['nightly', 'ok'],
  ]);
});
