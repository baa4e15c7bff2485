import { failureOf } from '@holdfast/contracts';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseSchedules } from './parse-schedules.ts';

function refusal(text: string): string {
  try {
    parseSchedules(text, 'schedules.yaml');
  } catch (error) {
    const { code, message } = failureOf(error);
    expect(code).toBe('schedule_invalid');
    return message;
  }
  throw new Error('it was taken');
}

test('the example is sound', () => {
  const path = resolve(import.meta.dirname, '../../../../examples/schedules.yaml');
  const schedules = parseSchedules(readFileSync(path, 'utf8'), path);
  expect(schedules.map(({ id }) => id)).toContain('weekly-full');
});

test('durations are written as people say them', () => {
  const text = 'schedules:\n  - id: nightly\n    rule: daily at 03:00\n    jitter: 10m\n    tolerance: 2h\n';
  expect(parseSchedules(text, 'x')).toMatchObject([
    { id: 'nightly', jitterMs: 600_000, toleranceMs: 7_200_000, database: '*' },
  ]);
});

test('all problems are in one message, each with its line and field', () => {
  const message = refusal(`schedules:
  - id: nightly
    rule: 0 3 30 2 *
  - id: Weekly
    rule: "@weekly"
    typo: 1
  - id: hourly
    rule: "@hourly"
    timezone: Mars/Olympus
`);
  expect(message).toMatch(/line 4: schedules\[1\]\.id: lower-case/);
  expect(message).toMatch(/line 4: schedules\[1\]: .*typo/);
});

test('what only the rules know is told for every schedule, duplicates too', () => {
  const message = refusal(`schedules:
  - id: nightly
    rule: 0 3 30 2 *
  - id: hourly
    rule: "@hourly"
    timezone: Mars/Olympus
  - id: hourly
    rule: "@hourly"
    jitter: 30h
`);
  expect(message).toMatch(/line 2: schedules\[0\] \(nightly\): .*30 February/);
  expect(message).toMatch(/line 4: schedules\[1\] \(hourly\): .*Mars\/Olympus/);
  expect(message).toMatch(/line 7: schedules\[2\]\.id: "hourly" is declared twice/);
  expect(message).toMatch(/line 7: schedules\[2\]: /);
});

test.each([
  ['broken YAML', 'schedules:\n  - id: [\n', /line \d+: /],
  ['no list', 'schedules: nightly\n', /line 1: schedules: /],
  ['nothing at all', '', /schedules/],
  ['a key given twice', 'schedules:\n  - id: a\n    rule: 1h\n    rule: 2h\n', /line 4/],
])('%s is refused', (_name, text, reason) => {
  expect(refusal(text)).toMatch(reason);
});
