import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@holdfast/bus';
import {
  alertSchema,
  channelsSchema,
  deliverySchema,
  previewSchema,
  scheduleFieldsSchema,
  scheduleSchema,
} from '@holdfast/contracts';
import { makeEvent, newRunId } from '@holdfast/runs';
import { declareSchedule } from '@holdfast/schedule-rules';
import type { RunningService } from '@holdfast/service-kit';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHttpReceiver, type HttpReceiver } from '../test/receivers/http-receiver.ts';
import { openMemory } from './memory/memory-file.ts';
import { exampleData } from './answers/examples.ts';
import { handleEvent } from './deliver/handle-event.ts';
import { storedDeliverySchema } from './deliver/stored-delivery.ts';
import { startSender } from './deliver/sender.ts';
import { tellByBus } from './deliver/telling.ts';
import { makeDelivery } from './deliver/make-delivery.ts';
import { deliveryKey } from './deliver/delivery-id.ts';
import { webhookChannel } from './channels/webhook.ts';
import { startNotifier } from './start.ts';
import { usualTiming } from './timing.ts';

const short = {
  ...usualTiming,
  firstDelayMs: 50,
  longestDelayMs: 200,
  claimMs: 2_000,
  watchEveryMs: 100,
  remindEveryMs: 200,
};

let nats: TestNats;
let worker: Bus;
let gateway: Bus;
let dir: string;
let http: HttpReceiver;
const services: RunningService[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-notifier-'));
  http = await startHttpReceiver();
  nats = await startTestNats();
  worker = await nats.connectAs('backup-worker');
  gateway = await nats.connectAs('api-gateway');
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
  await Promise.all([worker.drain(), gateway.drain()]);
  await nats.stop();
  await http.stop();
  await rm(dir, { recursive: true, force: true });
});

async function start(more: Record<string, string> = {}, timing = short): Promise<void> {
  services.push(
    await startNotifier(
      {
        NATS_URL: nats.url,
        NATS_CREDS_FILE: nats.seedFileOf('notifier'),
        HOLDFAST_LOG_LEVEL: 'silent',
        BACKUP_DIR: join(dir, 'backups'),
        NOTIFIER_STATE_DIR: join(dir, `state-${services.length}`),
        BACKUP_WEBHOOK_URL: `${http.url}/hook`,
        BACKUP_WEBHOOK_ALLOW_PRIVATE: 'true',
        ...more,
      },
      timing,
    ),
  );
}

let databases = 0;
const newDatabase = (): string => `db${(databases += 1)}`;

const failed = (database: string) =>
  makeEvent('backup.failed', {
    run: newRunId(),
    source: '/holdfast/backup-worker',
    database,
    data: { attempts: 4, error: { code: 'server_unreachable', message: 'The server does not answer.' } },
  });
const completed = (database: string) => {
  const { 'backup.completed': data } = exampleData(database);
  return makeEvent('backup.completed', {
    run: newRunId(),
    source: '/holdfast/backup-worker',
    database,
    data,
  });
};

type Told = {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly title: string;
  readonly about: string;
  readonly database: string | undefined;
};

const toldAt = (receiver: HttpReceiver): readonly Told[] =>
  receiver.received.map(({ headers, body }) => {
    const event = JSON.parse(body) as Omit<Told, 'id'> & { notification: { title: string; about: string } }; // what the channel sends
    return { ...event, ...event.notification, id: String(headers['webhook-id']) };
  });

test('failures and their end are told, once each, also by two replicas, in retries and in redeliveries', async () => {
  const database = newDatabase();
  http.next({ status: 500 }, 'close', { status: 429, headers: { 'retry-after': '0' } });
  await start({ BACKUP_NOTIFY_SUCCESS: 'false' });
  await start({ BACKUP_NOTIFY_SUCCESS: 'false' });
  const failures = [failed(database), failed(database), failed(database)];
  for (const event of [...failures, completed(database)]) await worker.publish(event);
  await http.came(3 + 4);
  const told = toldAt(http).slice(3);
  expect(told.map(({ subject }) => subject).sort()).toEqual(
    expect.arrayContaining(failures.map(({ subject }) => subject).sort()),
  );
  expect(new Set(told.map(({ id }) => id)).size).toBe(4);
  expect(told.find(({ about }) => about === 'recovery')?.title).toContain('works again after 3 failures');
  const alert = await (await gateway.bucket('alerts', alertSchema)).get(`backup.${database}`);
  expect(alert?.value).toMatchObject({ isOpen: false, failures: 3 });
});

test('completed before started is harmless: one message', async () => {
  await start();
  const [first, last] = [completed(newDatabase()), failed(newDatabase())];
  await worker.publish(first);
  await worker.publish(
    makeEvent('backup.started', {
      run: first.subject,
      source: first.source,
      database: first.database,
      data: { attempt: 1, worker: 'w' },
    }),
  );
  await worker.publish(last);
  const received = await http.came(2);
  expect(received).toHaveLength(2);
  expect(
    toldAt(http)
      .map(({ subject }) => subject)
      .sort(),
  ).toEqual([first.subject, last.subject].sort());
});

test('a channel that hangs delays no other', async () => {
  const other = await startHttpReceiver();
  http.always('hang');
  try {
    await start({ BACKUP_SLACK_WEBHOOK_URL: `${other.url}/services/x` });
    for (let count = 0; count < 20; count += 1) await worker.publish(failed(newDatabase()));
    await other.came(20);
    expect(http.received.length).toBeLessThanOrEqual(4);
    http.hangUp();
  } finally {
    await other.stop();
  }
});

test('people may look at routes, try a message, test a channel, and send again what was given up', async () => {
  await start({ BACKUP_NOTIFICATION_MAX_ATTEMPTS: '1' });
  const ask = (verb: string, payload: unknown): Promise<unknown> =>
    gateway.request(`control.notifier.${verb}`, payload, 30_000);
  const { channels, routes } = channelsSchema.parse(await ask('channels', {}));
  expect(channels).toEqual([
    { id: 'webhook', kind: 'webhook', target: expect.stringContaining('127.0.0.1') },
  ]);
  expect(routes.map(({ id }) => id)).toEqual(['failures', 'successes']);
  const { messages } = previewSchema.parse(await ask('preview', { type: 'backup.failed', database: 'shop' }));
  expect(messages).toEqual([expect.objectContaining({ channel: 'webhook', title: 'Backup of shop failed' })]);
  expect(http.received).toEqual([]);

  expect(deliverySchema.parse(await ask('test', { channel: 'webhook' })).state).toBe('sent');
  await expect(ask('test', { channel: 'pigeon' })).rejects.toMatchObject({ code: 'channel_unknown' });
  http.next({ status: 404 });
  await expect(ask('test', { channel: 'webhook' })).rejects.toMatchObject({ code: 'delivery_refused' });

  http.next({ status: 500 });
  const lost = failed(newDatabase());
  await worker.publish(lost);
  await http.came(3);
  const deadId = await giveUpOf(lost.id);
  await expect(ask('retry', { delivery: 'webhook_000000000000000000000000' })).rejects.toMatchObject({
    code: 'delivery_not_found',
  });
  expect(deliverySchema.parse(await ask('retry', { delivery: deadId })).state).toBe('pending');
  await http.came(4);
  expect(toldAt(http).at(-1)).toMatchObject({ id: deadId, subject: lost.subject });
});

/** The delivery of an event, when `notification.failed` says that it was given up. */
async function giveUpOf(eventId: string): Promise<string> {
  const stopping = new AbortController();
  for await (const { event } of gateway.readEvents(1, { signal: stopping.signal })) {
    if (event?.type === 'notification.failed' && event.causationid === eventId) return event.subject;
  }
  throw new Error('never given up');
}

test('an event that comes fifty times makes the deliveries of one, and is counted once', async () => {
  const bus = await nats.connectAs('notifier');
  const [deliveries, alerts] = await Promise.all([
    bus.bucket('deliveries', storedDeliverySchema),
    bus.bucket('alerts', alertSchema),
  ]);
  const channels = new Map([
    ['storm', webhookChannel({ id: 'storm', url: http.url, secrets: [], headers: {} }, true)],
  ]);
  const routes = [{ id: 'all', channels: ['storm'], recoveries: true, reminders: true }];
  const event = failed(newDatabase());
  const deps = {
    routes,
    alerts,
    tell: tellByBus(deliveries, channels, () => new Date()),
    contextOf: () => ({ earlier: [] }),
  };
  const delivery = {
    event,
    sequence: 1_000_000,
    deliveryCount: 1,
    redelivered: false,
    timestamp: event.time,
    signal: new AbortController().signal,
  };
  await handleEvent(deps, delivery);
  for (let time = 0; time < 49; time += 1) await handleEvent(deps, { ...delivery, redelivered: true });
  const made = (await deliveries.entries()).filter(({ value }) => value.eventId === event.id);
  expect(made).toHaveLength(1);
  expect((await alerts.get(`backup.${event.database ?? ''}`))?.value.failures).toBe(1);
  await bus.drain();
});

test('hundreds wait for a channel that is away, of which a sender knows ten; all arrive once when it is back', async () => {
  const bus = await nats.connectAs('notifier');
  const deliveries = await bus.bucket('deliveries', storedDeliverySchema);
  const channel = webhookChannel({ id: 'away', url: http.url, secrets: [], headers: {} }, true);
  const channels = new Map([['away', channel]]);
  const total = 300;
  for (let count = 0; count < total; count += 1) {
    const event = failed('app');
    const payload = {
      about: 'backup.failed',
      title: 'It failed',
      severity: 'critical',
      outcome: 'failure',
      at: event.time,
      details: [],
      resolves: false,
    } as const;
    const record = makeDelivery(
      { route: 'all', channel: 'away', payload: { ...payload, details: [] } },
      { event },
      channels,
      new Date(),
    );
    await deliveries.create(deliveryKey(record.id), record);
  }
  http.always('close');
  const problems: unknown[] = [];
  const sender = startSender(
    {
      bus,
      deliveries,
      templates: new Map(),
      policy: { firstDelayMs: 5, longestDelayMs: 20, maxAttempts: 1_000 },
      now: () => new Date(),
      readEvent: () => Promise.resolve(undefined),
      onProblem: (error) => problems.push(error),
      spanned: (_name, _traceparent, work) => work(),
      claimMs: 60_000,
      told: () => undefined,
    },
    channel,
    10,
  );
  await http.came(20);
  http.always({ status: 200 });
  const heard = (): Set<string> => new Set(http.received.map(({ headers }) => String(headers['webhook-id'])));
  // One that came while the receiver was away comes again; that it was taken, its record says.
  const waiting = async (): Promise<number> =>
    (await deliveries.entries()).filter(({ value }) => value.channel === 'away' && value.state !== 'sent')
      .length;
  await expect.poll(waiting, { timeout: 60_000 }).toBe(0);
  await sender.stop();
  expect(heard().size).toBe(total);
  expect(problems).toEqual([]);
  await bus.drain();
});

test('two on one machine need no settings to keep apart', async () => {
  const state = { NOTIFIER_STATE_DIR: join(dir, 'shared'), BACKUP_NOTIFY_SUCCESS: 'false' };
  await start(state);
  await start(state);
  await worker.publish(failed(newDatabase()));
  await http.came(1);
  const files = ['memory.json', 'replica-2/memory.json'].map((name) => join(dir, 'shared', name));
  for (const file of files)
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('"position"');
});

test('a start while NATS is away is told, with what is expected, and goes on when NATS is back', async () => {
  const schedules = await gateway.bucket('schedules', scheduleSchema);
  const fields = scheduleFieldsSchema.parse({ rule: '@hourly', database: 'shop' });
  const declared = { id: 'hourly', managedBy: 'api', by: 'anna', at: new Date() } as const;
  await schedules.create('hourly', declareSchedule(fields, declared));
  const state = { NOTIFIER_STATE_DIR: join(dir, 'known') };
  await start(state);
  const memory = () => readFile(join(dir, 'known', 'memory.json'), 'utf8').catch(() => '');
  await expect.poll(memory, { timeout: 20_000 }).toContain('"hourly"');
  await services.pop()?.stop();
  nats.signal('SIGKILL');
  const starting = start(state, { ...short, busGraceMs: 500 });
  await http.came(1);
  expect(toldAt(http)[0]?.title).toMatch(/^NATS cannot be reached: .*; 1 expected within a day$/);
  await nats.restart();
  await starting;
  const database = newDatabase();
  await worker.publish(failed(database));
  await expect
    .poll(() => toldAt(http).map(({ database: of }) => of), { timeout: 30_000 })
    .toContain(database);
});

test('a problem that lasts is told again until it is over', async () => {
  const database = newDatabase();
  await start({ BACKUP_NOTIFICATION_REMIND: '1s', BACKUP_NOTIFY_SUCCESS: 'false' });
  await worker.publish(failed(database));
  await http.came(3);
  expect(toldAt(http).map(({ about }) => about)).toEqual(['backup.failed', 'reminder', 'reminder']);
  await worker.publish(completed(database));
  const abouts = () => toldAt(http).map(({ about }) => about);
  await expect.poll(abouts, { timeout: 20_000 }).toContain('recovery');
  const told = abouts().length;
  await new Promise((later) => setTimeout(later, 2_500));
  expect(abouts()).toHaveLength(told);
});

test('a broken memory is put aside', async () => {
  const problems: string[] = [];
  await writeFile(join(dir, 'memory.json'), '{"version":1,');
  const memory = await openMemory(dir, (_error, doing) => problems.push(doing));
  expect(memory.current().position).toBe(0);
  expect(await readdir(dir)).toEqual(['memory.json.broken']);
  expect(problems).toHaveLength(1);
  memory.change((before) => ({ ...before, position: 7 }));
  await memory.close();
  expect((await openMemory(dir, () => undefined)).current().position).toBe(7);
});
