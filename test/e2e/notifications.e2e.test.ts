import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Bus } from '@holdfast/bus';
import { scheduleSchema, type Schedule } from '@holdfast/contracts';
import { makeEvent, newRunId } from '@holdfast/runs';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { slackMessageSchema } from '../../services/notifier/test/receivers/check-slack.ts';
import {
  startHttpReceiver,
  type HttpReceiver,
} from '../../services/notifier/test/receivers/http-receiver.ts';
import {
  startMailReceiver,
  type MailReceiver,
} from '../../services/notifier/test/receivers/mail-receiver.ts';
import { eventually } from '../fleet/fleet.ts';

const main = resolve(import.meta.dirname, '../../services/notifier/test/notifier-process.ts');
const timing = {
  firstDelayMs: 100,
  longestDelayMs: 1_000,
  claimMs: 5_000,
  watchEveryMs: 250,
  busGraceMs: 500,
  settleMs: 500,
};

/** A start on a busy machine is no bus that is away. */
const NEVER_MS = 3_600_000;

let dir: string;
let nats: TestNats;
let worker: Bus;
let webhook: HttpReceiver;
let slack: HttpReceiver;
let mail: MailReceiver;
const processes = new Set<ChildProcess>();

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-notifications-'));
  await mkdir(join(dir, 'backups'), { mode: 0o700 });
  [nats, webhook, slack, mail] = await Promise.all([
    startTestNats(),
    startHttpReceiver(),
    startHttpReceiver(),
    startMailReceiver(),
  ]);
  worker = await nats.connectAs('backup-worker');
});
afterEach(async () => {
  await Promise.all([...processes].map((child) => end(child, 'SIGKILL')));
  await worker.drain();
  await Promise.all([nats.stop(), webhook.stop(), slack.stop(), mail.stop()]);
  await rm(dir, { recursive: true, force: true });
});

async function start(name: string, busGraceMs = timing.busGraceMs): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NATS_URL: nats.url,
      NATS_CREDS_FILE: nats.seedFileOf('notifier'),
      HOLDFAST_HOME: dir,
      NOTIFIER_STATE_DIR: join(dir, name),
      BACKUP_DIR: join(dir, 'backups'),
      BACKUP_WEBHOOK_URL: `${webhook.url}/hook`,
      BACKUP_SLACK_WEBHOOK_URL: `${slack.url}/services/x`,
      BACKUP_NOTIFICATION_EMAIL: 'dba@example.org',
      SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      BACKUP_WEBHOOK_ALLOW_PRIVATE: 'true',
      BACKUP_NOTIFICATION_MAX_ATTEMPTS: '1000',
      TEST_TIMING: JSON.stringify({ ...timing, busGraceMs }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.add(child);
  child.once('exit', () => processes.delete(child));
  let output = '';
  await new Promise<void>((ready, fail) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('"msg":"ready"')) ready();
    });
    child.once('exit', () => fail(new Error(`the notifier ended:\n${output}`)));
  });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

const failed = (database: string) =>
  makeEvent('backup.failed', {
    run: newRunId(),
    source: '/holdfast/backup-worker',
    database,
    data: { attempts: 4, error: { code: 'server_unreachable', message: 'The server does not answer.' } },
  });

/** Delivery id → how often it came, with what it was about. */
function heard(): ReadonlyMap<
  string,
  { readonly times: number; readonly subject: string; readonly title: string }
> {
  const messages = new Map<string, { times: number; subject: string; title: string }>();
  for (const { headers, body } of webhook.received) {
    const event = JSON.parse(body) as { subject: string; notification: { title: string } }; // what the channel sends
    const id = String(headers['webhook-id']);
    const times = (messages.get(id)?.times ?? 0) + 1;
    messages.set(id, { times, subject: event.subject, title: event.notification.title });
  }
  return messages;
}

test('a day with faults: every failure is told once for each route, and absence with everything else gone', async () => {
  const first = await start('one');
  await start('two');

  // The day: receivers that refuse, a replica that is killed at work, a bus that is restarted.
  const failures = Array.from({ length: 30 }, (_, hour) => failed(`db${hour % 5}`));
  webhook.next({ status: 500 }, { status: 429, headers: { 'retry-after': '1' } }, 'close');
  slack.next({ status: 500 }, 'close');
  mail.refuse('dba@example.org', 451);
  for (const [hour, event] of failures.entries()) {
    if (hour === 8) await end(first, 'SIGKILL');
    if (hour === 12) mail.refuse('dba@example.org', undefined);
    if (hour === 16) await nats.restart();
    if (hour === 20) await start('one');
    await worker.publish(event);
  }
  const subjects = new Set(failures.map(({ subject }) => subject));
  const toldOf = (): ReadonlySet<string> => new Set([...heard().values()].map(({ subject }) => subject));
  await eventually(
    () => ([...subjects].every((run) => toldOf().has(run)) ? true : undefined),
    'every failure at the webhook',
    120_000,
  );
  // Slack and mail have no id of ours that a person sees; their own contents tell the runs apart.
  const missing = (texts: readonly string[]) =>
    [...subjects].filter((run) => !texts.some((text) => text.includes(run)));
  await eventually(
    () => (missing(slack.received.map(({ body }) => body)).length === 0 ? true : undefined),
    'every failure in Slack',
    120_000,
  );
  await eventually(
    () => (missing(mail.mails.map(({ text }) => text)).length === 0 ? true : undefined),
    'every failure by mail',
    120_000,
  );
  for (const { body } of slack.received)
    expect(slackMessageSchema.safeParse(JSON.parse(body)).error).toBeUndefined();
  const idsOf = (run: string) => [...heard()].filter(([, { subject }]) => subject === run).map(([id]) => id);
  for (const run of subjects) expect(idsOf(run)).toHaveLength(1);

  // A schedule that nobody will fulfil: no scheduler, no worker, and then no bus.
  const scheduler = await nats.connectAs('scheduler');
  const now = new Date().toISOString();
  const schedule: Schedule = scheduleSchema.parse({
    id: 'each-minute',
    rule: '* * * * *',
    database: 'app',
    toleranceMs: 0,
    managedBy: 'api',
    createdAt: now,
    updatedAt: now,
    updatedBy: 'test',
  });
  await (await scheduler.bucket('schedules', scheduleSchema)).create(schedule.id, schedule);
  for (const name of ['one', 'two'])
    await eventually(async () => {
      const memory = await readFile(join(dir, name, 'memory.json'), 'utf8');
      return memory.includes('each-minute') ? true : undefined;
    }, 'the schedule on disk');
  await Promise.all([scheduler.drain(), worker.drain()]);
  nats.signal('SIGKILL');

  const titles = (text: string) =>
    [...heard()].filter(([, { title }]) => title.includes(text)).map(([id]) => id);
  await eventually(
    () => (titles('NATS cannot be reached: cannot tell').length > 0 ? true : undefined),
    'that the bus is away',
    120_000,
  );
  await eventually(
    () => (titles('No backup of app since it was due').length > 0 ? true : undefined),
    'the absence',
    180_000,
  );
  // Both replicas told, as neither could ask the other; receivers see one key.
  expect(titles('No backup of app since it was due')).toHaveLength(1);
}, 600_000);

test('killed between sending and recording: once more at most, under the same key', async () => {
  webhook.next('hang');
  const doomed = await start('one', NEVER_MS);
  const event = failed('app');
  await worker.publish(event);
  await webhook.came(1);
  await end(doomed, 'SIGKILL');
  await start('one', NEVER_MS);
  await webhook.came(2);
  const messages = [...heard()].filter(([, { subject }]) => subject === event.subject);
  expect(messages.map(([, { times }]) => times)).toEqual([2]);
});
