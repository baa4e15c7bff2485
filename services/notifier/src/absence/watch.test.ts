import type { Repository } from '@holdfast/engine';
import { expect, test } from 'vitest';
import { otherExamples } from '../answers/other-examples.ts';
import { emptyMemory, type Memory } from '../memory/memory.ts';
import type { MemoryFile } from '../memory/memory-file.ts';
import { watchOnce, type WatchDependencies } from './watch.ts';

const { schedule } = otherExamples('app', 'n', 'f')['schedule.created'];
const DAY = 86_400_000;
// Due daily at 03:00; told of from 05:00 on.
const morning = Date.parse('2026-03-02T05:30:00.000Z');

function memoryOf(start: Memory): MemoryFile {
  let memory = start;
  return {
    current: () => memory,
    change: (by) => {
      memory = by(memory);
    },
    save: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

const repositoryWith = (...createdAt: readonly string[]): Repository =>
  ({
    list: () =>
      Promise.resolve(createdAt.map((at) => ({ manifest: { backup: { type: 'full', createdAt: at } } }))),
  }) as unknown as Repository; // all that the watch asks of it

function watch(repository: () => Promise<Repository>, bus: 'current' | 'behind' | 'away' = 'current') {
  const told: string[] = [];
  const ids = new Set<string>();
  let nowMs = morning;
  const memory = memoryOf({ ...emptyMemory, schedules: { nightly: schedule } });
  const deps: WatchDependencies = {
    memory,
    routes: [{ id: 'all', channels: ['slack'], recoveries: true, reminders: true }],
    tell: (planned, { event }) => {
      ids.add(event.id);
      told.push(...planned.map(({ payload }) => payload.title));
      return Promise.resolve();
    },
    openRepository: repository,
    isCurrent: () => (bus === 'away' ? undefined : bus === 'current'),
    now: () => new Date(nowMs),
    toleranceMs: 2 * 3_600_000,
    remindMs: DAY,
    consoleUrl: undefined,
    onProblem: (error) => {
      throw error;
    },
  };
  return {
    told,
    ids,
    memory,
    look: (atMs = nowMs) => {
      nowMs = atMs;
      return watchOnce(deps);
    },
  };
}

test('what did not come is told once, again after a day, and its end when it is there', async () => {
  const watching = watch(() => Promise.resolve(repositoryWith('2026-03-01T03:00:00.000Z')));
  await watching.look();
  await watching.look(morning + 3_600_000);
  expect(watching.told).toEqual(['No backup of app since it was due at 2026-03-02T03:00:00.000Z']);
  await watching.look(morning + DAY);
  expect(watching.told[1]).toContain('Still so after 1 d');
  watching.memory.change((before) => ({
    ...before,
    successes: { 'backup|app|full|nightly': morning + DAY },
  }));
  await watching.look(morning + DAY + 60_000);
  expect(watching.told[2]).toBe('The backup of app that was missing is there');
  expect(watching.told).toHaveLength(3);
  expect([...watching.ids]).toEqual([
    'absence:nightly.app:2026-03-02T03:00:00.000Z',
    'absence:nightly.app:2026-03-02T03:00:00.000Z:1',
    'absence:nightly.app:2026-03-02T03:00:00.000Z:over',
  ]);
});

test('a backup that lies in the repository is not missing, though nobody told of it', async () => {
  const watching = watch(() => Promise.resolve(repositoryWith('2026-03-02T03:00:10.000Z')));
  await watching.look();
  expect(watching.told).toEqual([]);
  expect(Object.keys(watching.memory.current().successes)).toEqual(['backup|app|full|nightly']);
});

test.each([
  [
    'the bus is there, the repository is not',
    'current',
    ['No backup of app since it was due at 2026-03-02T03:00:00.000Z'],
  ],
  ['neither is there: nobody can tell', 'away', []],
  ['what the bus has is not read yet', 'behind', []],
] as const)('%s', async (_what, bus, expected) => {
  const watching = watch(() => Promise.reject(new Error('not mounted')), bus);
  await watching.look();
  expect(watching.told).toEqual(expected);
});

test('a repository without what is known to have been made proves nothing', async () => {
  const watching = watch(() => Promise.resolve(repositoryWith()), 'away');
  watching.memory.change((before) => ({
    ...before,
    successes: { 'backup|app|full|nightly': morning - 2 * DAY },
  }));
  await watching.look();
  expect(watching.told).toEqual([]);
});

test('a schedule that is switched off leaves no problem behind', async () => {
  const watching = watch(() => Promise.resolve(repositoryWith()));
  await watching.look();
  watching.memory.change((before) => ({
    ...before,
    schedules: { nightly: { ...schedule, enabled: false } },
  }));
  await watching.look();
  expect(watching.memory.current().absences).toEqual({});
  expect(watching.told).toHaveLength(1);
});
