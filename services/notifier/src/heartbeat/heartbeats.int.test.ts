import type { Envelope } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHttpReceiver, type HttpReceiver } from '../../test/receivers/http-receiver.ts';
import { exampleEvent } from '../answers/example-event.ts';
import { knownEvent } from '../memory/known-event.ts';
import { emptyMemory } from '../memory/memory.ts';
import { planMemory } from '../memory/plan-memory.ts';
import { openHeartbeats } from './heartbeats.ts';
import { parseHeartbeats } from './parse-heartbeats.ts';

let watcher: HttpReceiver;
beforeEach(async () => {
  watcher = await startHttpReceiver();
});
afterEach(() => watcher.stop());

const fired = (run: string): Envelope => ({ ...exampleEvent('schedule.fired', 'app'), subject: run });
const ended = (type: 'backup.completed' | 'backup.failed', run: string): Envelope => ({
  ...exampleEvent(type, 'app'),
  subject: run,
});

/** Heartbeats of the example's schedule, fed with events as the bus gives them; `url` gives the watcher's address. */
function heartbeatsTo(url: string, ageMs = 0) {
  const problems: string[] = [];
  const at = Date.parse(exampleEvent('schedule.fired', 'app').time) + ageMs;
  const heartbeats = openHeartbeats({
    urls: parseHeartbeats(`nightly=${url}/ping/abc/`),
    allowPrivate: true,
    now: () => new Date(at),
    onProblem: (error, doing) => problems.push(`${doing}: ${String(error)}`),
  });
  let memory = emptyMemory;
  const feed = (...events: readonly Envelope[]): void => {
    for (const event of events) {
      const known = knownEvent(event);
      if (!known) throw new Error(`${event.type} is not known`);
      memory = planMemory(memory, known, Date.parse(event.time), Date.parse);
      heartbeats.beat(memory, known);
    }
  };
  return { heartbeats, problems, feed };
}
const paths = (): readonly string[] => watcher.received.map(({ path }) => path);

test('a watcher hears start, success and failure, in order', async () => {
  const { heartbeats, problems, feed } = heartbeatsTo(watcher.url);
  feed(fired('a'), ended('backup.completed', 'a'));
  feed({ ...fired('b'), data: { ...(fired('b').data as object), dueAt: '2026-03-02T03:00:00.000Z' } });
  feed(ended('backup.failed', 'b'));
  await watcher.came(4);
  expect(paths()).toEqual(['/ping/abc/start', '/ping/abc', '/ping/abc/start', '/ping/abc/fail']);
  await heartbeats.stop();
  expect(problems).toEqual([]);
});

test('a ping that is not taken is sent again, and what comes after it waits for it', async () => {
  const { heartbeats, feed } = heartbeatsTo(watcher.url);
  watcher.next({ status: 500 });
  feed(fired('a'), ended('backup.completed', 'a'));
  await watcher.came(3);
  expect(paths()).toEqual(['/ping/abc/start', '/ping/abc/start', '/ping/abc']);
  await heartbeats.stop();
});

test('a watcher that hangs holds nobody up, and is left when we stop', async () => {
  watcher.always('hang');
  const { heartbeats, feed } = heartbeatsTo(watcher.url);
  feed(fired('a'), ended('backup.completed', 'a'));
  await expect.poll(paths).toEqual(['/ping/abc/start']);
  await heartbeats.stop();
  watcher.hangUp();
});

test('what happened hours ago says nothing about now', async () => {
  const { heartbeats, feed } = heartbeatsTo(watcher.url, 24 * 3_600_000);
  feed(fired('a'), ended('backup.completed', 'a'));
  await heartbeats.stop();
  expect(paths()).toEqual([]);
});
