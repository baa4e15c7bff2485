import { retentionPolicySchema, type RetentionPolicy } from '@holdfast/contracts';
import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  nat,
  option,
  property,
  record,
  type Arbitrary,
} from 'fast-check';
import { expect, test } from 'vitest';
import type { BackupFacts } from './facts.ts';
import { planRetention } from './plan-retention.ts';
import { protections } from './plan-protections.ts';

const NOW = new Date('2026-03-31T12:00:00Z');
const HOUR_MS = 3_600_000;

type Made = {
  readonly hoursAgo: number;
  readonly sizeBytes: number;
  readonly parent: number | undefined;
  readonly flags: Pick<BackupFacts, 'isProven' | 'isBroken'> & {
    readonly isPinned: boolean;
    readonly isSafety: boolean;
  };
};

/** Chains, equal and future times, broken, proven, pinned and safety backups, in any order. */
const history: Arbitrary<readonly BackupFacts[]> = array(
  record<Made>({
    hoursAgo: integer({ min: -48, max: 24 * 500 }),
    sizeBytes: integer({ min: 0, max: 1_000 }),
    parent: option(nat(), { nil: undefined }),
    flags: record({
      isProven: boolean(),
      isBroken: boolean().map((is) => is && true),
      isPinned: integer({ max: 9, min: 0 }).map((digit) => digit === 0),
      isSafety: integer({ max: 9, min: 0 }).map((digit) => digit === 0),
    }),
  }),
  { maxLength: 40 },
).map((made) => made.reduce<readonly BackupFacts[]>((all, each) => [...all, backupOf(each, all)], []));

function backupOf({ hoursAgo, sizeBytes, parent, flags }: Made, before: readonly BackupFacts[]): BackupFacts {
  const base = parent === undefined ? undefined : before[parent % Math.max(1, before.length)];
  const name = `b${before.length}`;
  return {
    name,
    filename: `${name}.dump`,
    type: base ? 'incremental' : 'full',
    createdAt: new Date(NOW.getTime() - hoursAgo * HOUR_MS).toISOString(),
    sizeBytes,
    trigger: flags.isSafety ? 'safety' : 'automatic',
    ancestors: base ? [base.name, ...base.ancestors] : [],
    ...(flags.isProven ? { isProven: true } : {}),
    ...(flags.isBroken ? { isBroken: true } : {}),
    ...(flags.isPinned ? { pin: { reason: 'x' } } : {}),
  };
}

const some = <T>(values: Arbitrary<T>): Arbitrary<T | undefined> => option(values, { nil: undefined });
const count = some(integer({ min: 0, max: 12 }));
const policy: Arbitrary<RetentionPolicy> = record({
  maxAgeMs: some(integer({ min: 1, max: 400 * 24 }).map((hours) => hours * HOUR_MS)),
  maxCount: some(integer({ min: 1, max: 40 })),
  maxTotalBytes: some(integer({ min: 1, max: 20_000 })),
  keepLast: count,
  keepWithinMs: some(integer({ min: 1, max: 1_000 }).map((hours) => hours * HOUR_MS)),
  keepHourly: count,
  keepDaily: count,
  keepWeekly: count,
  keepMonthly: count,
  keepYearly: count,
  timezone: constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu'),
  minimumRedundancy: integer({ min: 0, max: 4 }),
}).map((rules) => retentionPolicySchema.parse(rules));

const plan = (backups: readonly BackupFacts[], by: RetentionPolicy) =>
  planRetention({ database: 'app', backups, policy: by, now: NOW });

const namesKept = (backups: readonly BackupFacts[], by: RetentionPolicy): ReadonlySet<string> =>
  new Set(plan(backups, by).keep.map(({ name }) => name));

const isGoodIn = (backups: readonly BackupFacts[], { name, ancestors }: BackupFacts): boolean =>
  [name, ...ancestors].every((each) =>
    backups.some((known) => known.name === each && known.isBroken !== true),
  );

const newer = (a: BackupFacts, b: BackupFacts): number =>
  Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.name < b.name ? 1 : -1);

test('each is kept or removed, and nothing given is changed', () => {
  assert(
    property(history, policy, (backups, by) => {
      const before = structuredClone(backups);
      const { keep, remove } = plan(Object.freeze([...backups]), by);
      expect(backups).toEqual(before);
      const names = [...keep, ...remove].map(({ name }) => name).toSorted();
      expect(names).toEqual(backups.map(({ name }) => name).toSorted());
    }),
  );
});

test('every kept backup restores: its chain is kept', () => {
  assert(
    property(history, policy, (backups, by) => {
      const kept = namesKept(backups, by);
      const needed = backups.filter(({ name }) => kept.has(name)).flatMap(({ ancestors }) => ancestors);
      expect(needed.filter((name) => !kept.has(name))).toEqual([]);
    }),
  );
});

test('the protected ones stay', () => {
  assert(
    property(history, policy, (backups, by) => {
      const kept = namesKept(backups, by);
      const good = backups.filter((each) => isGoodIn(backups, each)).toSorted(newer);
      const mustStay = [
        ...good.slice(0, Math.max(1, by.minimumRedundancy)),
        good.find(({ isProven }) => isProven),
        good.find(({ type }) => type === 'full'),
        ...backups.filter(({ pin }) => pin),
      ];
      expect(mustStay.filter((each) => each && !kept.has(each.name))).toEqual([]);
      expect(kept.size > 0).toBe(backups.length > 0);
    }),
  );
});

test('the plan of what a plan keeps is empty', () => {
  assert(
    property(history, policy, (backups, by) => {
      const kept = namesKept(backups, by);
      expect(
        plan(
          backups.filter(({ name }) => kept.has(name)),
          by,
        ).remove,
      ).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('the order of the input does not matter', () => {
  assert(
    property(history, policy, (backups, by) => {
      expect(plan(backups.toReversed(), by)).toEqual(plan(backups, by));
    }),
  );
});

test('another backup never makes the newest proven one vanish', () => {
  assert(
    property(history, policy, integer({ min: -48, max: 24 * 500 }), (backups, by, hoursAgo) => {
      const kept = namesKept(backups, by);
      const flags = { isProven: false, isBroken: false, isPinned: false, isSafety: false };
      const added = backupOf({ hoursAgo, sizeBytes: 500, parent: undefined, flags }, backups);
      const keptThen = namesKept([...backups, added], by);
      const proven = backups.filter(
        (each) => each.isProven && isGoodIn(backups, each) && kept.has(each.name),
      );
      // An older one may go by its rule, but only while a newer proven one stays.
      for (const lost of proven.filter(({ name }) => !keptThen.has(name)))
        expect(proven.some((each) => keptThen.has(each.name) && newer(each, lost) < 0)).toBe(true);
    }),
  );
});

test('daily, weekly, monthly and yearly agree with a naive model', () => {
  const rules = record({ keepDaily: count, keepWeekly: count, keepMonthly: count, keepYearly: count });
  assert(
    property(history, rules, (all, by) => {
      const backups = all.map((each) => ({ ...each, ancestors: [], isBroken: false }));
      const { keep } = plan(backups, retentionPolicySchema.parse(by));
      const byRule = keep
        .filter(({ reasons }) => reasons.some(({ rule }) => !protections.has(rule)))
        .map(({ name }) => name);
      const hasRule = Object.values(by).some((value) => value !== undefined);
      expect(new Set(byRule)).toEqual(
        hasRule ? naive(backups, by) : new Set(backups.map(({ name }) => name)),
      );
    }),
    { numRuns: 300 },
  );
});

type Gfs = Partial<Record<'keepDaily' | 'keepWeekly' | 'keepMonthly' | 'keepYearly', number | undefined>>;

/** Names every backup's period, then takes of the newest periods the newest backup each: slow and plain. */
function naive(backups: readonly BackupFacts[], rules: Gfs): ReadonlySet<string> {
  const day = ({ createdAt }: BackupFacts): string => createdAt.slice(0, 10);
  const monday = (backup: BackupFacts): string => {
    const date = new Date(`${day(backup)}T00:00:00Z`);
    while (date.getUTCDay() !== 1) date.setUTCDate(date.getUTCDate() - 1);
    return date.toISOString();
  };
  const kept = new Set<string>();
  const take = (wanted: number | undefined, period: (backup: BackupFacts) => string): void => {
    const names = [...new Set(backups.map(period))]
      .toSorted()
      .toReversed()
      .slice(0, wanted ?? 0);
    for (const name of names) {
      const [first] = backups.filter((backup) => period(backup) === name).toSorted(newer);
      if (first) kept.add(first.name);
    }
  };
  take(rules.keepDaily, day);
  take(rules.keepWeekly, monday);
  take(rules.keepMonthly, (backup) => day(backup).slice(0, 7));
  take(rules.keepYearly, (backup) => day(backup).slice(0, 4));
  return kept;
}
