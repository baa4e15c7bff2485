import { retentionPolicySchema, type RetentionPlan } from '@holdfast/contracts';
import { describe, expect, test } from 'vitest';
import type { BackupFacts, RetentionQuestion } from './facts.ts';
import { isTooStrict } from './is-too-strict.ts';
import { planRetention } from './plan-retention.ts';

const NOW = new Date('2026-03-31T12:00:00Z');
const DAY_MS = 86_400_000;

/** `backup(3)` was made three days ago. */
function backup(daysAgo: number, more: Partial<BackupFacts> = {}): BackupFacts {
  const name = more.name ?? `d${daysAgo}`;
  return {
    name,
    filename: `${name}.dump.zst`,
    type: 'full',
    createdAt: new Date(NOW.getTime() - daysAgo * DAY_MS).toISOString(),
    sizeBytes: 100,
    trigger: 'automatic',
    ancestors: [],
    ...more,
  };
}

const child = (daysAgo: number, ...ancestors: string[]): BackupFacts =>
  backup(daysAgo, { type: 'incremental', ancestors });

type Rules = Parameters<typeof retentionPolicySchema.parse>[0];

const plan = (backups: readonly BackupFacts[], rules: Rules, more: Partial<RetentionQuestion> = {}) =>
  planRetention({ database: 'app', backups, policy: retentionPolicySchema.parse(rules), now: NOW, ...more });

const kept = (result: RetentionPlan): string[] => result.keep.map(({ name }) => name);
const removed = (result: RetentionPlan): string[] => result.remove.map(({ name }) => name);
const rulesOf = (result: RetentionPlan, name: string): string[] =>
  result.keep.find((each) => each.name === name)?.reasons.map(({ rule }) => rule) ?? [];

describe('limits', () => {
  test.each([
    ['older than maxAge goes', { maxAgeMs: 2 * DAY_MS }, ['d3', 'd4']],
    ['exactly as old stays', { maxAgeMs: 3 * DAY_MS }, ['d4']],
    ['beyond maxCount goes', { maxCount: 2 }, ['d2', 'd3', 'd4']],
    ['beyond the size goes', { maxTotalBytes: 350 }, ['d3', 'd4']],
    [
      'the tightest counts',
      { maxAgeMs: 30 * DAY_MS, maxCount: 4, maxTotalBytes: 150 },
      ['d1', 'd2', 'd3', 'd4'],
    ],
    ['no limit, nothing goes', {}, []],
  ])('%s', (_name, rules, expected) => {
    const result = plan(
      [0, 1, 2, 3, 4].map((days) => backup(days)),
      rules,
    );
    expect(removed(result).toSorted()).toEqual(expected);
  });

  test('age and count are not looked at beside a keep rule, the size is', () => {
    const backups = [0, 1, 2, 3].map((days) => backup(days));
    expect(removed(plan(backups, { keepLast: 4, maxAgeMs: 1, maxCount: 1 }))).toEqual([]);
    expect(removed(plan(backups, { keepLast: 4, maxTotalBytes: 250 }))).toEqual(['d3', 'd2']);
  });

  test("a request's own age goes beside keep rules", () => {
    const result = plan(
      [0, 1, 2, 3].map((days) => backup(days)),
      { keepLast: 4 },
      { maxAgeMs: DAY_MS },
    );
    expect(result.remove).toMatchObject([
      { name: 'd3', because: 'older than 1 day' },
      { name: 'd2', because: 'older than 1 day' },
    ]);
  });

  test('a small old one does not slip in behind one that found no room', () => {
    const backups = [backup(0), backup(1, { sizeBytes: 300 }), backup(2, { sizeBytes: 10 })];
    expect(removed(plan(backups, { maxTotalBytes: 200 }))).toEqual(['d2', 'd1']);
  });

  test('a limit that protected ones break is told', () => {
    const pin = { reason: 'audit' };
    const result = plan([backup(0), backup(50, { pin })], {
      maxAgeMs: DAY_MS,
      maxCount: 1,
      maxTotalBytes: 150,
    });
    expect(kept(result)).toEqual(['d0', 'd50']);
    expect(result.unmet).toHaveLength(3);
  });

  test('a parent is as old as what needs it: no limit is unmet', () => {
    const result = plan([child(0, 'd5'), backup(5), backup(1)], { maxAgeMs: 2 * DAY_MS });
    expect(kept(result)).toEqual(['d0', 'd1', 'd5']);
    expect(rulesOf(result, 'd5')).toEqual(['parent']);
    expect(result.unmet).toEqual([]);
  });
});

describe('protections beat every limit', () => {
  const strict = { maxAgeMs: 1, maxCount: 1, maxTotalBytes: 1 };
  test.each<[string, readonly BackupFacts[], string, string]>([
    ['the newest good', [backup(1, { isBroken: true }), backup(2), backup(3)], 'd2', 'newest-good'],
    ['the newest proven', [backup(1), backup(2), backup(3, { isProven: true })], 'd3', 'newest-proven'],
    ['the newest full', [child(1, 'd3', 'd4'), child(3, 'd4'), backup(4), backup(9)], 'd4', 'newest-full'],
    ['a pinned one', [backup(1), backup(9, { pin: { reason: '' } })], 'd9', 'pinned'],
    ['one that is read', [backup(1), backup(9, { inUse: 'restore 7' })], 'd9', 'in-use'],
    ['a young safety backup', [backup(1), backup(6, { trigger: 'safety' })], 'd6', 'safety-grace'],
    [
      'a parent of a protected one',
      [backup(1), child(5, 'd9'), backup(9)].with(1, { ...child(5, 'd9'), pin: { reason: '' } }),
      'd9',
      'parent',
    ],
  ])('%s', (_name, backups, name, rule) => {
    expect(rulesOf(plan(backups, strict), name)).toContain(rule);
  });

  test('minimum redundancy counts good, whole ones', () => {
    const backups = [
      backup(1),
      backup(2, { isBroken: true }),
      backup(3, { part: 'public' }),
      backup(4),
      backup(5),
    ];
    expect(kept(plan(backups, { ...strict, minimumRedundancy: 2 }))).toEqual(['d1', 'd4']);
  });

  test('a pin that is over and a safety backup whose grace is over go', () => {
    const pin = { reason: '', until: '2026-03-31T11:59:59Z' };
    const backups = [backup(1), backup(2, { pin }), backup(8, { trigger: 'safety' })];
    expect(removed(plan(backups, strict))).toEqual(['d8', 'd2']);
    expect(kept(plan(backups, strict, { safetyKeepMs: 9 * DAY_MS }))).toEqual(['d1', 'd8']);
  });

  test('where none is good, the newest stays', () => {
    const backups = [1, 2, 3].map((days) => backup(days, { isBroken: true }));
    expect(kept(plan(backups, strict))).toEqual(['d1']);
  });

  test('one whose parent is lost is not good', () => {
    expect(rulesOf(plan([child(1, 'gone'), backup(2)], strict), 'd2')).toContain('newest-good');
  });

  test('a part is never the newest good one', () => {
    expect(kept(plan([backup(1, { part: 'public' }), backup(2)], strict))).toEqual(['d2']);
  });
});

describe('keep rules', () => {
  test.each([
    ['last', { keepLast: 2 }, ['d0', 'd1']],
    ['within, from the newest', { keepWithinMs: DAY_MS }, ['d0', 'd1']],
    ['daily', { keepDaily: 3 }, ['d0', 'd1', 'd2']],
    ['weekly: Monday begins one', { keepWeekly: 2 }, ['d0', 'd2']],
    ['monthly', { keepMonthly: 2 }, ['d0', 'd40']],
    ['yearly', { keepYearly: 5 }, ['d0', 'd400']],
    ['several add up', { keepLast: 1, keepMonthly: 2 }, ['d0', 'd40']],
  ])('%s', (_name, rules, expected) => {
    // 31 March 2026 is a Tuesday: d0 and d1 are in one week, d2 is the Sunday before.
    const backups = [0, 1, 2, 40, 400].map((days) => backup(days));
    expect(kept(plan(backups, rules))).toEqual(expected);
  });

  test('a history that has stopped is not eaten up by time', () => {
    const backups = [200, 201, 202].map((days) => backup(days));
    expect(kept(plan(backups, { keepWithinMs: DAY_MS }))).toEqual(['d200', 'd201']);
    expect(kept(plan(backups, { keepDaily: 3 }))).toEqual(['d200', 'd201', 'd202']);
  });

  test('a part takes the place of no whole one', () => {
    const backups = [backup(0, { part: 'public' }), backup(0.1, { name: 'whole' }), backup(1)];
    expect(kept(plan(backups, { keepLast: 1 }))).toEqual(['d0', 'whole']);
  });

  test('broken ones are not counted; those newer than the newest good one stay', () => {
    const backups = [backup(0, { isBroken: true }), backup(1), backup(2, { isBroken: true }), backup(3)];
    expect(kept(plan(backups, { keepLast: 2 }))).toEqual(['d0', 'd1', 'd3']);
  });

  test('the day begins in the zone of the policy', () => {
    const backups = [
      backup(0, { name: 'late', createdAt: '2026-03-30T22:30:00Z' }), // 00:30 on the 31st in Berlin
      backup(0, { name: 'early', createdAt: '2026-03-30T21:30:00Z' }),
    ];
    expect(kept(plan(backups, { keepDaily: 2 }))).toEqual(['late']);
    expect(kept(plan(backups, { keepDaily: 2, timezone: 'Europe/Berlin' }))).toEqual(['late', 'early']);
  });
});

test('a chain across the edge: what a kept incremental builds on stays, the rest of that chain goes', () => {
  const backups = [
    child(1, 'd2', 'd6'),
    child(2, 'd6'),
    child(5, 'd6'),
    backup(6),
    child(7, 'd8'),
    backup(8),
  ];
  const result = plan(backups, { keepLast: 1 });
  expect(kept(result)).toEqual(['d1', 'd2', 'd6']);
  expect(removed(result)).toEqual(['d8', 'd7', 'd5']);
});

test('backups with equal and with future times have one order', () => {
  const backups = ['a', 'b', 'c'].map((name) => backup(-5, { name }));
  const result = plan(backups, { keepLast: 1, maxTotalBytes: 150 });
  expect(kept(result)).toEqual(['c']);
  expect(plan(backups.toReversed(), { keepLast: 1, maxTotalBytes: 150 })).toEqual(result);
});

test('an unknown zone is refused', () => {
  expect(() => plan([backup(1)], { timezone: 'Europe/Nowhere' })).toThrow(/no time zone/);
});

test.each([
  [
    'a database that is not backed up any more',
    [40, 41].map((days) => backup(days)),
    { maxAgeMs: 30 * DAY_MS },
    true,
  ],
  [
    'a size that not even the newest has room in',
    [1, 2].map((days) => backup(days)),
    { maxTotalBytes: 50 },
    true,
  ],
  ['an ordinary day', [1, 40].map((days) => backup(days)), { maxAgeMs: 30 * DAY_MS }, false],
  ['keep-last 0', [1, 2].map((days) => backup(days)), { keepLast: 0 }, true],
  ['nothing to remove', [backup(40)], { maxAgeMs: 30 * DAY_MS }, false],
])('too strict? %s', (_name, backups, rules, expected) => {
  expect(isTooStrict(plan(backups, rules))).toBe(expected);
});
