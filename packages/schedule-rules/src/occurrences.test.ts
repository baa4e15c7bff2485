import { scheduleFieldsSchema, type Schedule, type ScheduleState } from '@holdfast/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dueBetween } from './due.ts';
import { jitterOf } from './jitter.ts';
import { planOccurrences, type OccurrencePlan, type PlanInput } from './plan-occurrences.ts';

const HOUR_MS = 3_600_000;
const at = (time: string): number => Date.parse(`2026-03-${time}:00.000Z`);
const iso = (time: string): string => new Date(at(time)).toISOString();

function make(fields: Partial<Schedule> = {}): Schedule {
  return {
    ...scheduleFieldsSchema.parse({ rule: '@hourly' }),
    id: 'nightly',
    managedBy: 'api',
    createdAt: iso('01T00:00'),
    updatedAt: iso('01T00:00'),
    updatedBy: 'me',
    ...fields,
  };
}
const stateAt = (time: string, more: Partial<ScheduleState> = {}): ScheduleState => ({
  handledUntil: iso(time),
  lastRuns: {},
  ...more,
});
const plan = (
  now: string,
  state: ScheduleState | undefined,
  input: Partial<PlanInput> = {},
): OccurrencePlan =>
  planOccurrences({
    schedule: make(),
    state,
    nowMs: at(now),
    databases: ['shop'],
    running: new Set(),
    runIdOf: (name) => name,
    ...input,
  });
const fired = ({ fire }: OccurrencePlan): readonly string[] =>
  fire.map(({ database, dueAt }) => `${database} ${dueAt.slice(8, 16)}`);
const missed = (planned: OccurrencePlan): readonly string[] =>
  planned.missed.map(({ reason, count, firstDueAt, lastDueAt }) =>
    [reason, count, firstDueAt.slice(8, 16), lastDueAt.slice(8, 16)].join(' '),
  );

test('on time: the occurrence fires, and the state goes with it', () => {
  const planned = plan('02T03:00', stateAt('02T02:00'));
  expect(fired(planned)).toEqual(['shop 02T03:00']);
  expect(planned.missed).toEqual([]);
  expect(planned.state).toEqual({
    handledUntil: iso('02T03:00'),
    lastDueAt: iso('02T03:00'),
    lastFiredAt: iso('02T03:00'),
    lastRuns: { shop: `nightly:${iso('02T03:00')}:shop` },
  });
  expect(planned.wakeAtMs).toBe(at('02T04:00'));
});

test('nothing is due: nothing is written, and the next look is known', () => {
  expect(plan('02T03:30', stateAt('02T03:00'))).toEqual({
    fire: [],
    missed: [],
    state: undefined,
    wakeAtMs: at('02T04:00'),
  });
});

test.each([
  ['once', ['shop 02T09:00'], ['late 6 02T03:00 02T08:00']],
  [
    'all',
    ['02T03:00', '02T04:00', '02T05:00', '02T06:00', '02T07:00', '02T08:00', '02T09:00'].map(
      (t) => `shop ${t}`,
    ),
    [],
  ],
  ['skip', [], ['late 7 02T03:00 02T09:00']],
] as const)('seven hours without a scheduler, catch-up %s', (catchUp, expectedFired, expectedMissed) => {
  const planned = plan('02T09:20', stateAt('02T02:00'), { schedule: make({ catchUp }) });
  expect(fired(planned)).toEqual(expectedFired);
  expect(missed(planned)).toEqual(expectedMissed);
  expect(planned.state?.handledUntil).toBe(iso('02T09:00'));
});

test('skip fires what is hardly late', () => {
  const planned = plan('02T09:04', stateAt('02T02:00'), { schedule: make({ catchUp: 'skip' }) });
  expect(fired(planned)).toEqual(['shop 02T09:00']);
  expect(missed(planned)).toEqual(['late 6 02T03:00 02T08:00']);
});

test('all is bounded', () => {
  const planned = plan('30T00:20', stateAt('02T02:00'), { schedule: make({ catchUp: 'all' }) });
  expect(planned.fire).toHaveLength(100);
  expect(planned.missed.map(({ count }) => count)).toEqual([28 * 24 - 2 - 100]);
});

test('a year of seconds is not counted one by one', () => {
  const schedule = make({ rule: '1s' });
  const nowMs = at('01T00:00') + 366 * 24 * HOUR_MS;
  const planned = planOccurrences({
    schedule,
    state: undefined,
    nowMs,
    databases: ['shop'],
    running: new Set(),
    runIdOf: (name) => name,
  });
  expect(planned.fire).toMatchObject([{ dueAt: new Date(nowMs).toISOString() }]);
  expect(planned.missed).toMatchObject([
    { reason: 'late', detail: expect.stringContaining('at least so many') },
  ]);
});

test.each([
  ['skip', [], ['overlap 1 02T03:00 02T03:00']],
  ['queue', ['shop 02T03:00'], []],
] as const)('the run before still goes, overlap %s', (overlap, expectedFired, expectedMissed) => {
  const planned = plan('02T03:00', stateAt('02T02:00', { lastRuns: { shop: 'before' } }), {
    schedule: make({ overlap }),
    running: new Set(['shop']),
  });
  expect(fired(planned)).toEqual(expectedFired);
  expect(missed(planned)).toEqual(expectedMissed);
  expect(planned.state?.handledUntil).toBe(iso('02T03:00'));
  expect(planned.state?.lastRuns).toHaveProperty('shop');
});

test('one database that still goes does not hold the others', () => {
  const planned = plan('02T03:00', stateAt('02T02:00'), {
    databases: ['crm', 'shop'],
    running: new Set(['shop']),
  });
  expect(fired(planned)).toEqual(['crm 02T03:00']);
  expect(planned.missed).toMatchObject([{ database: 'shop', reason: 'overlap' }]);
});

test('no database matches: told once, and not made up for', () => {
  const planned = plan('02T05:10', stateAt('02T02:00'), { databases: [] });
  expect(missed(planned)).toEqual(['no-database 3 02T03:00 02T05:00']);
  expect(planned.state?.handledUntil).toBe(iso('02T05:00'));
});

test('jitter: each database at its own time, all of them the same occurrence', () => {
  const schedule = make({ jitterMs: 1_800_000 });
  const [first = '', second = ''] = ['crm', 'shop'].sort(
    (a, b) => jitterOf(schedule, a) - jitterOf(schedule, b),
  );
  const atOf = (database: string): number => at('02T03:00') + jitterOf(schedule, database);
  const ask = (nowMs: number, state: ScheduleState): OccurrencePlan =>
    planOccurrences({
      schedule,
      state,
      nowMs,
      databases: ['crm', 'shop'],
      running: new Set(),
      runIdOf: (name) => name,
    });

  const before = ask(at('02T03:00'), stateAt('02T02:00'));
  expect([before.fire, before.wakeAtMs]).toEqual([[], atOf(first)]);
  const one = ask(atOf(first), stateAt('02T02:00'));
  expect(fired(one)).toEqual([`${first} 02T03:00`]);
  expect(one.state).toMatchObject({ handledUntil: iso('02T02:00'), ahead: { [first]: iso('02T03:00') } });
  expect(one.wakeAtMs).toBe(atOf(second));
  const both = ask(atOf(second), one.state ?? stateAt('02T02:00'));
  expect(fired(both)).toEqual([`${second} 02T03:00`]);
  expect(both.state?.handledUntil).toBe(iso('02T03:00'));
  expect(both.state).not.toHaveProperty('ahead');
});

test('nothing begins in a blackout, not even what is late', () => {
  const schedule = make({ blackouts: [{ from: '08:00', to: '18:00' }] });
  const during = plan('02T09:00', stateAt('02T02:00'), { schedule });
  expect([during.fire, during.wakeAtMs]).toEqual([[], at('02T18:00')]);
  expect(fired(plan('02T18:00', stateAt('02T07:00'), { schedule }))).toEqual(['shop 02T18:00']);
});

test('paused, or before it was: nothing', () => {
  expect(plan('02T09:00', stateAt('02T02:00'), { schedule: make({ enabled: false }) })).toMatchObject({
    fire: [],
    state: undefined,
    wakeAtMs: undefined,
  });
  const resumed = make({ activeSince: iso('02T08:30') });
  const planned = plan('02T09:00', stateAt('02T02:00'), { schedule: resumed });
  expect([fired(planned), planned.missed]).toEqual([['shop 02T09:00'], []]);
});

test('a clock that was a year ahead hides nothing, and the mark stays where it is', () => {
  const state: ScheduleState = { handledUntil: '2027-03-02T03:00:00.000Z', lastRuns: { shop: 'of-2027' } };
  const planned = plan('02T05:10', state);
  expect(fired(planned)).toEqual(['shop 02T05:00']);
  expect(planned.state?.handledUntil).toBe(state.handledUntil);
  const again = plan('02T05:20', { ...state, ...planned.state });
  expect([again.fire, again.state]).toEqual([[], undefined]);
  expect(fired(plan('02T06:00', { ...state, ...planned.state }))).toEqual(['shop 02T06:00']);
});

test('whatever the clock does: no occurrence fires twice, none is both fired and missed, the mark never moves back', () => {
  const rules = fc.constantFrom('@hourly', '*/15 * * * *', 'daily at 02:30', '40m');
  const steps = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1_000, max: 2 * HOUR_MS }) },
      { weight: 1, arbitrary: fc.integer({ min: -30 * HOUR_MS, max: 60 * HOUR_MS }) },
    ),
    { minLength: 1, maxLength: 40 },
  );
  const kinds = fc.record({
    rule: rules,
    catchUp: fc.constantFrom('once' as const, 'all' as const, 'skip' as const),
    jitterMs: fc.constantFrom(0, 600_000, 3 * HOUR_MS),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin'),
  });
  fc.assert(
    fc.property(kinds, steps, (kind, moves) => {
      const schedule = make(kind);
      const databases = ['crm', 'shop'];
      let nowMs = at('27T12:00');
      let state: ScheduleState = stateAt('27T12:00');
      const told = new Map<string, number>();
      const isMonotone = moves.every((move) => move > 0);
      for (const move of moves) {
        nowMs += move;
        const planned = planOccurrences({
          schedule,
          state,
          nowMs,
          databases,
          running: new Set(),
          runIdOf: (n) => n,
        });
        for (const { database, dueAt } of planned.fire) {
          const name = `${database} ${dueAt}`;
          told.set(name, (told.get(name) ?? 0) + 1);
          expect(Date.parse(dueAt)).toBeLessThanOrEqual(nowMs);
        }
        if (planned.state) {
          expect(Date.parse(planned.state.handledUntil)).toBeGreaterThanOrEqual(
            Date.parse(state.handledUntil),
          );
          state = planned.state;
        }
        const again = planOccurrences({
          schedule,
          state,
          nowMs,
          databases,
          running: new Set(),
          runIdOf: (n) => n,
        });
        expect([again.fire, again.missed, again.state]).toEqual([[], [], undefined]);
        expect(planned.wakeAtMs).toBeGreaterThan(nowMs);
      }
      // A clock that went back sees old occurrences again; their run's record says that they are done.
      if (isMonotone) expect([...told.values()].every((count) => count === 1)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('looked at often enough, each occurrence of each database fires exactly once', () => {
  const schedule = make({ rule: '*/15 * * * *', jitterMs: 1_200_000, timezone: 'Australia/Lord_Howe' });
  const databases = ['a', 'b', 'c'];
  const [from, to] = [Date.UTC(2026, 3, 4, 8), Date.UTC(2026, 3, 5, 8)];
  let state: ScheduleState = { handledUntil: new Date(from).toISOString(), lastRuns: {} };
  const seen: string[] = [];
  for (let nowMs: number | undefined = from; nowMs !== undefined && nowMs <= to + 1_200_000;) {
    const planned: OccurrencePlan = planOccurrences({
      schedule,
      state,
      nowMs,
      databases,
      running: new Set(),
      runIdOf: (n) => n,
    });
    expect(planned.missed).toEqual([]);
    seen.push(...planned.fire.map(({ database, dueAt }) => `${database} ${dueAt}`));
    state = planned.state ?? state;
    nowMs = planned.wakeAtMs;
  }
  const due = dueBetween(schedule, new Date(from), new Date(to), 1_000);
  const expected = due.flatMap((dueAt) => databases.map((database) => `${database} ${dueAt.toISOString()}`));
  expect(new Set(seen).size).toBe(seen.length);
  for (const name of expected) expect(seen).toContain(name);
});
