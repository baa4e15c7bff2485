import { makeEvent, newRunId } from '@holdfast/runs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFleet, type Fleet } from '../fleet/fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ workers: 2 });
  await fleet.postgres.psql('create table t (id int); insert into t select generate_series(1, 1000)', 'app');
});
afterAll(() => fleet.stop());

test('the same backup.requested three times, and again when the broker no longer knows its id: one archive', async () => {
  const run = newRunId();
  const integrator = await fleet.nats.connectAs('integrator');
  const request = (id: string) =>
    makeEvent('backup.requested', {
      id,
      run,
      source: '/somebody/else',
      database: 'app',
      data: { type: 'full', trigger: 'migration', description: '', by: 'ci' },
    });
  // Another message id is what the broker sees after its dedupe window: the same request as a new message.
  for (const id of ['first', 'first', 'second']) await integrator.publish(request(id));
  const over = await fleet.client.watchRun(run);
  expect(over.state).toBe('completed');
  await integrator.publish(request('hours-later'));
  const after = await fleet.client.createBackup({ database: 'app' });
  await fleet.client.watchRun(after.id);
  await integrator.drain();

  const outcomes = new Set(
    (await fleet.eventsOf(run)).filter((event) => event.type === 'backup.completed').map((event) => event.id),
  );
  expect(outcomes.size).toBe(1);
  expect(
    (await fleet.files()).filter((name) => name.includes(run.slice(-8)) && name.endsWith('.dump.zst')),
  ).toHaveLength(1);
  expect((await fleet.client.getRun({ run })).attempt).toBe(1);
});
