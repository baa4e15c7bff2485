import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parsePolicies, parsePolicy } from './parse-policies.ts';

const DAY_MS = 86_400_000;

test('reads every rule, in words that people write', () => {
  const text = `
policies:
  app:
    keep-last: 3
    keep-within: 36h
    keep-hourly: 24
    keep-daily: 7
    keep-weekly: 5
    keep-monthly: 12
    keep-yearly: 3
    max-total-size: 50GB
    timezone: Europe/Berlin
    minimum-redundancy: 2
  'shop_*':
    max-age: 30d
    max-count: 10
`;
  expect(parsePolicies(text, 'Asia/Tokyo')).toEqual([
    {
      pattern: 'app',
      policy: {
        keepLast: 3,
        keepWithinMs: 1.5 * DAY_MS,
        keepHourly: 24,
        keepDaily: 7,
        keepWeekly: 5,
        keepMonthly: 12,
        keepYearly: 3,
        maxTotalBytes: 50e9,
        timezone: 'Europe/Berlin',
        minimumRedundancy: 2,
      },
    },
    {
      pattern: 'shop_*',
      policy: { maxAgeMs: 30 * DAY_MS, maxCount: 10, timezone: 'Asia/Tokyo', minimumRedundancy: 1 },
    },
  ]);
});

test('keeps the order of the file, also of ids that look like numbers', () => {
  const patterns = parsePolicies('policies: {b*: {keep-last: 1}, "2": {keep-last: 1}, "1": {keep-last: 1}}');
  expect(patterns.map(({ pattern }) => pattern)).toEqual(['b*', '2', '1']);
});

test.each(['', 'policies:', '# nothing yet\n'])('a file without policies is one: %j', (text) => {
  expect(parsePolicies(text)).toEqual([]);
});

test('tells all problems in one message', () => {
  const text = `
defaults: {}
policies:
  'App/..': { keep-last: 1 }
  a: { keep-dayly: 7 }
  b: { max-age: 30, keep-daily: many, max-total-size: big, timezone: Mars/North }
  c: {}
  d: { keep-last: -1 }
`;
  expect(() => parsePolicies(text)).toThrowErrorMatchingInlineSnapshot(
    `[HoldfastError: The retention policies cannot be used: "defaults" is not known; only "policies" is; "App/.." is no database id or pattern (a-z, 0-9, _, -, * and ?); a: "keep-dayly" is no rule; there are max-age, max-count, max-total-size, keep-last, keep-within, keep-hourly, keep-daily, keep-weekly, keep-monthly, keep-yearly, timezone, minimum-redundancy; b: max-age: 30 is not a duration such as 12h or 30d; b: keep-daily: "many" is not a whole number; b: max-total-size: "big" is no size such as 50GB; b: timezone: "Mars/North" is no time zone such as Europe/Berlin; c: has no rules, so everything would be kept; write one, or take it out; d: keepLast: Too small: expected number to be >=0.]`,
  );
});

test.each([
  ['YAML that ends nowhere', 'policies: {'],
  ['a list', '- app'],
  ['the same database twice', 'policies:\n  app: {keep-last: 1}\n  app: {keep-last: 2}'],
  ['policies that are a list', 'policies: [app]'],
])('refuses %s', (_name, text) => {
  expect(() => parsePolicies(text)).toThrow(expect.objectContaining({ code: 'policy_invalid' }));
});

test('one policy alone, for what a person types', () => {
  expect(parsePolicy({ 'keep-daily': 7 })).toEqual({ keepDaily: 7, timezone: 'UTC', minimumRedundancy: 1 });
  expect(() => parsePolicy({ 'keep-daily': 'x' })).toThrow(/keep-daily: "x" is not a whole number/);
});

test('the example can be used as it is', async () => {
  const text = await readFile(new URL('../../../examples/retention.yaml', import.meta.url), 'utf8');
  expect(parsePolicies(text).length).toBeGreaterThan(1);
});
