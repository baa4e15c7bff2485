import type { BusUser } from '@holdfast/contracts';
import { headers } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { anEvent, Arrivals, collect } from './builders.ts';
import { startServerWithUsers, verdictOn, type ServerWithUsers } from './with-users.ts';

let server: ServerWithUsers;
beforeAll(async () => {
  server = await startServerWithUsers();
});
afterAll(() => server.stop());

const anything = z.object({ by: z.string() });

test.each<[BusUser, string]>([
  ['history', 'backup-worker_restore_requested'],
  ['integrator', 'backup-worker_backup_requested'],
  ['integrator', 'history'],
  ['api-gateway', 'validator_validation_requested'],
])('%s cannot take or answer the deliveries of %s by the bare protocol', async (user, durable) => {
  const thief = await server.thief(user);
  expect(await verdictOn(thief, `$JS.API.CONSUMER.MSG.NEXT.BACKUP_EVENTS.${durable}`)).toBe('refused');
  expect(await verdictOn(thief, `$JS.ACK.BACKUP_EVENTS.${durable}.1.1.1.1.0`)).toBe('refused');
  expect(await verdictOn(thief, `$JS.API.CONSUMER.CREATE.BACKUP_EVENTS.${durable}`, '{}')).toBe('refused');
});

test('an event that says it is another than its subject allows counts as none', async () => {
  const worker = await server.thief('backup-worker');
  const disguised = anEvent({ type: 'restore.requested' });
  const { seq } = await worker.jetstream().publish('backup.started.app', JSON.stringify(disguised));
  const [read] = await collect((await server.as('history')).readEvents(seq, { untilSequence: seq }));
  expect(read).toMatchObject({ sequence: seq, event: undefined });
});

test('no writer can empty a bucket with one message', async () => {
  const bucket = await (await server.as('api-gateway')).bucket('runs', anything);
  await bucket.create('precious', { by: 'api-gateway' });
  const worker = await server.thief('backup-worker');
  const rollup = headers();
  rollup.set('Nats-Rollup', 'all');
  const emptying = worker.jetstream().publish('$KV.runs.mine', '{}', { headers: rollup });
  await expect(emptying).rejects.toThrow(/rollup/i);
  expect(await bucket.get('precious')).toBeDefined();
});

test('a push consumer carries nothing into a stream that its maker may not write', async () => {
  const worker = await server.thief('backup-worker');
  const gateway = await server.thief('api-gateway');
  await worker.jetstream().publish('$KV.runs.carried', '{"by":"backup-worker"}');
  const aim = async (name: string, target: string): Promise<void> => {
    const config = {
      name,
      deliver_subject: target,
      ack_policy: 'none',
      deliver_policy: 'all',
      filter_subject: '$KV.runs.carried',
    };
    const subject = `$JS.API.CONSUMER.CREATE.KV_runs.${name}.$KV.runs.carried`;
    const answer = await worker.request(subject, JSON.stringify({ stream_name: 'KV_runs', config }));
    expect(answer.json()).not.toHaveProperty('error');
  };
  const heard = new Arrivals<string>();
  gateway.subscribe('progress.carried', { callback: (_, message) => heard.add(message.string()) });
  await gateway.flush();
  await aim('into_tokens', '$KV.tokens.forged');
  await aim('into_events', 'restore.requested.forged');
  // Made last, and delivered: so the two before had their chance.
  await aim('to_a_listener', 'progress.carried');
  expect(await heard.next('the one that is delivered')).toBe('{"by":"backup-worker"}');
  expect(
    await (await server.as('api-gateway')).bucket('tokens', anything).then((each) => each.get('forged')),
  ).toBeUndefined();
  const history = await server.as('history');
  const { lastSequence } = await history.eventsInfo();
  const subjects = (await collect(history.readEvents(1, { untilSequence: lastSequence }))).map(
    (each) => each.subject,
  );
  expect(subjects).not.toContain('restore.requested.forged');
});
