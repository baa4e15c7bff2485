import type { RunId } from '@holdfast/contracts';
import { derivedRunId } from '@holdfast/runs';
import { memoryStorage, type Storage } from '@holdfast/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUp } from '../src/cleanup/clean-up.ts';
import { reconcileDatabase } from '../src/reconcile/reconcile-database.ts';
import type { RetentionDependencies } from '../src/dependencies.ts';
import { putBackup } from './made-manifest.ts';
import { keysIn, namesIn, startSurroundings, type Surroundings } from './surroundings.ts';

let around: Surroundings;
beforeAll(async () => {
  around = await startSurroundings();
});
afterAll(() => around.stop());

const DAY = 24;
const RUN = '0198c0de-0000-7000-8000-0000000000bb';
const BEGUN = new Date();
const signal = new AbortController().signal;
const clean = (deps: RetentionDependencies, database: string, attempt = 1, run: RunId = RUN) =>
  cleanUp(deps, {
    database,
    run,
    attempt,
    requestedAt: BEGUN,
    signal,
    force: false,
    by: 'anna',
    sweeps: true,
    plannedAt: undefined,
  });

/** A chain that goes, and two fulls that stay. */
async function fill(storage: Storage, database: string) {
  const full = await putBackup(storage, { database, hour: 10 * DAY });
  const child = await putBackup(storage, { database, hour: 11 * DAY, on: [full] });
  const stay = [
    await putBackup(storage, { database, hour: 98 * DAY }),
    await putBackup(storage, { database, hour: 99 * DAY }),
  ];
  return { go: [full, child], stay };
}

type Budget = { steps: number };
class Killed extends Error {}

/** Everything that changes something outside fails once the steps are used up: the process is dead. */
function dying(deps: RetentionDependencies, budget: Budget): RetentionDependencies {
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (budget.steps <= 0) throw Object.assign(new Killed('killed'), { code: 'bus_unavailable' });
    budget.steps -= 1;
    return work();
  };
  const { storage } = deps.repository;
  return {
    ...deps,
    repository: {
      ...deps.repository,
      storage: { ...storage, remove: (key) => step(() => storage.remove(key)) },
    },
    bus: { ...deps.bus, publish: (event) => step(() => deps.bus.publish(event)) },
    catalogue: {
      ...deps.catalogue,
      create: (key, value) => step(() => deps.catalogue.create(key, value)),
      update: (key, value, revision) => step(() => deps.catalogue.update(key, value, revision)),
      remove: (key, revision) => step(() => deps.catalogue.remove(key, revision)),
    },
  };
}

test('killed after each single step and begun again, it ends the same', { timeout: 600_000 }, async () => {
  let dead = true;
  let steps = 0;
  for (; dead; steps += 1) {
    const database = `kill${steps}`;
    const storage = memoryStorage();
    const { go, stay } = await fill(storage, database);
    await around.storePolicy(database, { keepLast: 2 });
    const deps = await around.open({ storage });
    const run = derivedRunId(database);
    dead = await clean(dying(deps, { steps }), database, 1, run).then(
      () => false,
      () => true,
    );
    // Whatever moment it was, nothing that is there lacks what it builds on.
    const left = await namesIn(storage);
    const isChildAlone = left.includes(go[1]?.backup.name ?? '') && !left.includes(go[0]?.backup.name ?? '');
    expect(isChildAlone).toBe(false);
    const { removed, freedBytes } = await clean(deps, database, 2, run);
    expect(removed.map(({ name }) => name).toSorted()).toEqual(go.map(({ backup }) => backup.name));
    expect(freedBytes).toBe(removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    await reconcileDatabase(deps, database);
    expect(await namesIn(storage)).toEqual(stay.map(({ backup }) => backup.name));
    expect(await keysIn(storage)).toHaveLength(4);
    const deleted = await around.eventsOf('backup.deleted', database);
    expect(new Set(deleted.map(({ id }) => id)).size).toBe(2);
    expect(await around.eventsOf('backup.missing', database)).toEqual([]);
    const remembered = (await deps.catalogue.entries()).filter(({ value }) => value.database === database);
    expect(remembered.map(({ value }) => value.name).toSorted()).toEqual(
      stay.map(({ backup }) => backup.name).toSorted(),
    );
  }
  // Two removals, each of them written, told and forgotten besides two objects.
  expect(steps).toBeGreaterThan(10);
});

test('two at once do it once', async () => {
  const storage = memoryStorage();
  const { stay } = await fill(storage, 'two');
  await around.storePolicy('two', { keepLast: 2 });
  const deps = await around.open({ storage });
  const results = await Promise.all([clean(deps, 'two'), clean(deps, 'two')]);
  expect(results.flatMap(({ removed }) => removed)).toHaveLength(2);
  expect(results.flatMap(({ failures }) => failures)).toEqual([]);
  expect(await namesIn(storage)).toEqual(stay.map(({ backup }) => backup.name));
});
