import { HoldfastError, scheduleFieldsSchema } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { checkSchedule } from './check-schedule.ts';
import { parseRule } from './rule.ts';

const fields = scheduleFieldsSchema.parse({ rule: '@daily' });

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'schedule_invalid') return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

test.each([
  ['0 3 * * *', { kind: 'cron', pattern: '0 3 * * *', everyHour: false }],
  ['5 * * JAN-MAR Mon', { kind: 'cron', pattern: '5 * * jan-mar mon', everyHour: true }],
  ['daily at 3:05', { kind: 'cron', pattern: '5 3 * * *', everyHour: false }],
  ['Weekly on Sun at 02:00', { kind: 'cron', pattern: '0 2 * * 0', everyHour: false }],
  ['monthly on 31st at 04:00', { kind: 'monthly', day: 31, hour: 4, minute: 0 }],
  ['1h30m', { kind: 'interval', everyMs: 5_400_000 }],
  ['@midnight', { kind: 'cron', pattern: '0 0 * * *', everyHour: false }],
])('%s', (text, expected) => {
  expect(parseRule(text)).toEqual(expected);
});

test.each([
  ['0 3 30 2 *', /30 February/],
  ['0 3 31 4,6 *', /names dates that no year has/],
  ['61 * * * *', /minute: 61/],
  ['0 3 * * mon#6', /1-5/],
  ['0 0 3 * * *', /five fields/],
  ['* * * *', /not understood; possible are/],
  ['', /not understood/],
  ['daily at 25:00', /up to 23:59/],
  ['daily', /`daily at 03:00`/],
  ['weekly on someday at 03:00', /sunday, monday/],
  ['monthly on 32 at 03:00', /1 to 31/],
  ['monthly on 0 at 03:00', /1 to 31/],
  ['500ms', /the shortest is 1s/],
  ['0', /the shortest is 1s/],
  ['9999999h', /the longest/],
  ['@reboot', /@hourly/],
])('"%s" is refused, with what would be possible', (text, reason) => {
  expect(refusal(() => parseRule(text))).toMatch(reason);
});

test.each([
  ['an unknown zone', { timezone: 'Mars/Olympus' }, /Mars\/Olympus.*IANA/],
  ['a bare offset', { timezone: '+02:00' }, /IANA/],
  ['blackouts all week', { blackouts: [{ from: '00:00', to: '00:00' }] }, /leave no time/],
  [
    'two that fill the day',
    {
      blackouts: [
        { from: '08:00', to: '20:00' },
        { from: '20:00', to: '08:00' },
      ],
    },
    /leave no time/,
  ],
  ['no database', { database: 'Shop!' }, /can be no database/],
  ['options of a drill', { action: 'drill' as const, options: { encrypt: true } }, /backups alone/],
])('%s is refused', (_name, wrong, reason) => {
  expect(refusal(() => checkSchedule({ ...fields, ...wrong }))).toMatch(reason);
});

test('a sound schedule is taken', () => {
  expect(() => checkSchedule({ ...fields, timezone: 'Europe/Berlin', database: 'shop-*' })).not.toThrow();
});
