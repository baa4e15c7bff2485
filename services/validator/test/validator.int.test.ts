import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ValidationResult } from '@holdfast/contracts';
import { derivedRunId, newRunId } from '@holdfast/runs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handleScheduleFired } from '../src/drills/handle.ts';
import { afterFailedDrill } from '../src/drills/after-failed-drill.ts';
import { requestDueDrills } from '../src/drills/request-drills.ts';
import { repeatAlone } from '../src/repeat-alone.ts';
import { handleBackupCompleted, handleValidationRequested } from '../src/validation/handle.ts';
import { handleBackupDeleted } from '../src/verification/handle.ts';
import { verifyDue } from '../src/verification/verify-due.ts';
import { deliveryOf, startFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ BACKUP_DRILL_AFTER_FULL: 'true' });
});
afterAll(() => fixture.stop());
const never = new AbortController().signal;
const at = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString();
const known = async (name: string) => (await fixture.deps.verifications.get(name))?.value;
const eventsAbout = async (database: string) =>
  (await fixture.events()).filter((event) => event.database === database);

test('an outcome is remembered, what is read is told meanwhile, and a deletion forgets it', async () => {
  const { backup } = await fixture.put('remembered');
  const delivery = deliveryOf('validation.requested', 'remembered', {
    filename: backup.name,
    level: 'checksum',
    by: 'test',
  });
  await handleValidationRequested(fixture.deps, delivery);
  const record = await fixture.deps.runs.get(delivery.event.subject);
  expect(record).toMatchObject({ state: 'completed', filename: backup.filename });
  const at = record?.outcome?.time;
  expect(await known(backup.name)).toEqual({
    database: 'remembered',
    filename: backup.filename,
    lastValidation: { at, level: 'checksum', verdict: 'valid' },
    verifiedAt: at,
  });
  expect(await fixture.metrics.registry.metrics()).toContain(
    'holdfast_validations_total{database="remembered",level="checksum",verdict="valid",service="validator"} 1',
  );
  const { name, filename } = backup;
  await handleBackupDeleted(
    fixture.deps,
    deliveryOf('backup.deleted', 'remembered', { name, filename, freedBytes: 4, by: 'test' }),
  );
  expect(await known(backup.name)).toBeUndefined();
});

describe('drills', () => {
  test('that are due are asked for once, however many replicas look', async () => {
    await fixture.put('due', { createdAt: at(1) });
    const { backup } = await fixture.put('due', { createdAt: at(2) });
    const now = new Date(at(20));
    const asked = await Promise.all([1, 2].map(() => requestDueDrills(fixture.deps, now)));
    expect(asked.flat()).toContain(backup.filename);
    const told = await eventsAbout('due');
    expect(told).toMatchObject([
      { type: 'validation.requested', data: { filename: backup.filename, level: 'restore' } },
    ]);
  });

  test('of a schedule are of the newest that is not proven; its run is theirs', async () => {
    const { backup } = await fixture.put('scheduled');
    const data = { schedule: 'weekly', action: 'drill', dueAt: at(1), lateMs: 0 } as const;
    const fired = deliveryOf('schedule.fired', 'scheduled', data);
    await handleScheduleFired(fixture.deps, fired);
    await handleScheduleFired(fixture.deps, fired);
    const { subject } = fired.event;
    expect(await eventsAbout('scheduled')).toMatchObject([
      { type: 'validation.requested', subject, data: { filename: backup.filename, level: 'restore' } },
    ]);
    await handleScheduleFired(
      fixture.deps,
      deliveryOf('schedule.fired', 'scheduled', { ...data, action: 'cleanup' }),
    );
    expect(await eventsAbout('scheduled')).toHaveLength(1);
  });

  test('of a schedule with nothing to drill fail, once', async () => {
    const data = { schedule: 'weekly', action: 'drill', dueAt: at(1), lateMs: 0 } as const;
    const fired = deliveryOf('schedule.fired', 'nothing', data);
    await handleScheduleFired(fixture.deps, fired);
    await handleScheduleFired(fixture.deps, fired);
    const told = await eventsAbout('nothing');
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(told[0]).toMatchObject({
      type: 'validation.failed',
      subject: fired.event.subject,
      data: { error: { code: 'backup_not_found' } },
    });
  });

  test('follow each full where that is wished, beside the quick look', async () => {
    const { backup } = await fixture.put('after_full');
    const completed = deliveryOf('backup.completed', 'after_full', { backup, validate: 'structure' });
    await handleBackupCompleted(fixture.deps, completed);
    await handleBackupCompleted(fixture.deps, completed);
    expect((await eventsAbout('after_full')).map(({ data }) => data)).toMatchObject([
      { level: 'structure' },
      { level: 'restore' },
    ]);
  });

  test('that fail ask for one fresh full, until a backup is proven again', async () => {
    const { backup } = await fixture.put('failing');
    const { name, filename } = backup;
    const fail = async (): Promise<void> => {
      const result: ValidationResult = {
        name,
        filename,
        level: 'restore',
        verdict: 'invalid',
        findings: [],
        durationMs: 1,
      };
      const { event } = deliveryOf('validation.completed', 'failing', result);
      await afterFailedDrill(fixture.deps, event, result);
    };
    await fail();
    await fail();
    const [first, ...more] = await eventsAbout('failing');
    expect(first).toMatchObject({
      type: 'backup.requested',
      data: { type: 'full', trigger: 'drill-failed' },
    });
    expect(more).toEqual([]);
    await fixture.deps.verifications.create(name, { database: 'failing', filename, lastProofAt: at(9) });
    await fail();
    expect(await eventsAbout('failing')).toHaveLength(2);
  });
});

describe('bytes', () => {
  const verify = (): Promise<readonly string[]> => verifyDue(fixture.deps, never);

  test('are read newest first, once in a cycle; a restart goes on where it was', async () => {
    await verify(); // what other tests have put
    const older = await fixture.put('cycle', { createdAt: at(3) });
    const newer = await fixture.put('cycle', { createdAt: at(4) });
    const stop = new AbortController();
    const names = [newer.backup.name, older.backup.name];
    expect(await verifyDue(fixture.deps, stop.signal)).toEqual(names);
    expect(await verify()).toEqual([]);
    expect((await known(older.backup.name))?.verifiedAt).toBeDefined();
    expect(await eventsAbout('cycle')).toEqual([]);
  });

  test('that were changed or lost come back from a copy', async () => {
    const changed = await fixture.put('repaired', { bytes: 'good' });
    const lost = await fixture.put('repaired', { bytes: 'here' });
    await fixture.damage(fixture.repository, changed);
    await fixture.repository.storage.remove(lost.data.key);
    await verify();
    for (const [{ data }, bytes] of [
      [changed, 'good'],
      [lost, 'here'],
    ] as const)
      expect(await readFile(join(fixture.dir, 'first', data.key), 'utf8')).toBe(bytes);
    const told = await eventsAbout('repaired');
    expect(told.map(({ type, data }) => [type, (data as { name: string; from: string }).from])).toEqual([
      ['backup.repaired', 'offsite'],
      ['backup.repaired', 'offsite'],
    ]);
  });

  test('that are bad everywhere are left as they are, and told with all that builds on them', async () => {
    const full = await fixture.put('broken', { createdAt: at(5) });
    const child = await fixture.put('broken', { createdAt: at(6), parent: full });
    await fixture.damage(fixture.repository, full, 'bad1');
    await fixture.damage(fixture.copies, full, 'bad2');
    await verify();
    expect(await readFile(join(fixture.dir, 'first', full.data.key), 'utf8')).toBe('bad1');
    const asked = (await eventsAbout('broken')).filter(({ type }) => type === 'validation.requested');
    expect(asked.map(({ data }) => data)).toMatchObject([
      { filename: full.backup.filename, level: 'checksum' },
      { filename: child.backup.filename, level: 'checksum' },
    ]);
    for (const event of asked)
      await handleValidationRequested(fixture.deps, {
        ...deliveryOf('backup.started', 'x', { attempt: 1, worker: 'x' }),
        event,
      });
    for (const { backup } of [full, child])
      expect((await known(backup.name))?.lastValidation?.verdict).toBe('invalid');
  });

  test('that are gone everywhere are told as missing', async () => {
    const full = await fixture.put('gone', { createdAt: at(7) });
    const child = await fixture.put('gone', { createdAt: at(8), parent: full });
    for (const { storage } of [fixture.repository, fixture.copies]) await storage.remove(full.data.key);
    await verify();
    const missing = (await eventsAbout('gone')).filter(({ type }) => type === 'backup.missing');
    expect(missing).toMatchObject([{ data: { name: full.backup.name, breaks: [child.backup.name] } }]);
  });

  test('of what was deleted since are nobody’s', async () => {
    const { backup } = await fixture.put('forgotten');
    const entry = { database: 'forgotten', filename: backup.filename, verifiedAt: at(1) };
    await fixture.deps.verifications.create('forgotten_20260101T000000Z_full_00000000', entry);
    await verify();
    expect(await known('forgotten_20260101T000000Z_full_00000000')).toBeUndefined();
    expect(await known(backup.name)).toBeDefined();
  });
});

test('a backup unlike the last ones is told of, with numbers', async () => {
  for (const day of [1, 2, 3]) await fixture.put('odd', { createdAt: at(day), rows: { 'public.t': 5_000 } });
  const { backup } = await fixture.put('odd', { createdAt: at(4), rows: { 'public.t': 10 } });
  const completed = deliveryOf('backup.completed', 'odd', { backup });
  await handleBackupCompleted(fixture.deps, completed);
  await handleBackupCompleted(fixture.deps, completed);
  const told = (await eventsAbout('odd')).filter(({ type }) => type === 'backup.anomalous');
  expect(told).toMatchObject([
    {
      id: `${backup.run}:anomalous`,
      subject: completed.event.subject,
      data: { anomalies: [{ measure: 'rows', subject: 'public.t', value: 10, usual: 5_000 }] },
    },
  ]);
});

test('repeated work is done by one process at a time, and stops when it drains', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  const work = async (signal: AbortSignal): Promise<void> => {
    started.resolve(signal);
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
  };
  // The first time comes long before the next one would.
  const first = repeatAlone(fixture.deps, 'alone', 86_400_000, work, 1);
  await started.promise;
  expect(await fixture.deps.leases.acquire('alone', 'another')).toBeUndefined();
  await first.stop();
  const free = await fixture.deps.leases.acquire('alone', 'another');
  expect(free).toBeDefined();
  await free?.release();
});

test('a validation of a run that is not there answers for itself', async () => {
  const run = newRunId();
  const delivery = deliveryOf(
    'validation.requested',
    'unknown',
    { filename: 'unknown_20260101T000000Z_full_00000000', level: 'checksum', by: 'test' },
    run,
  );
  await handleValidationRequested(fixture.deps, delivery);
  expect(await fixture.deps.runs.get(run)).toMatchObject({ state: 'failed' });
  expect(await fixture.deps.runs.get(derivedRunId('nobody'))).toBeUndefined();
});
