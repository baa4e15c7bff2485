import type { Envelope } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { exampleEvent } from '../answers/example-event.ts';
import { planHeartbeat, type Heartbeat } from '../heartbeat/plan-heartbeat.ts';
import { knownEvent } from './known-event.ts';
import { emptyMemory, type Memory } from './memory.ts';
import { planMemory } from './plan-memory.ts';

const after = (memory: Memory, event: Envelope): Memory => {
  const known = knownEvent(event);
  return known ? planMemory(memory, known, Date.parse(event.time), Date.parse) : memory;
};
const of = (type: Parameters<typeof exampleEvent>[0], subject: string, database = 'app'): Envelope => ({
  ...exampleEvent(type, database),
  subject,
});

test('a backup is remembered as its success and for comparison; a redelivery adds nothing', () => {
  const event = exampleEvent('backup.completed', 'app');
  const once = after(emptyMemory, event);
  expect(once.successes).toEqual({ 'backup|app|full|nightly': Date.parse('2026-03-01T03:00:00.000Z') });
  expect(once.earlier['app']).toHaveLength(1);
  expect(after(once, event)).toEqual(once);
});

test('a part of a database is no success, a drill that is not proven neither', () => {
  const whole = exampleEvent('backup.completed', 'app');
  const data = whole.data as { readonly backup: object }; // of the example
  const part = { ...whole, data: { ...data, backup: { ...data.backup, selection: { tables: ['a'] } } } };
  expect(after(emptyMemory, part).successes).toEqual({});
  const drill = exampleEvent('validation.completed', 'app');
  expect(Object.keys(after(emptyMemory, drill).successes)).toEqual(['drill|app||']);
  const doubtful = { ...drill, data: { ...(drill.data as object), verdict: 'valid' } };
  expect(after(emptyMemory, doubtful).successes).toEqual({});
});

/** What a watcher outside hears of these events. */
function beats(...events: readonly Envelope[]): readonly Heartbeat['kind'][] {
  const heard: Heartbeat['kind'][] = [];
  let memory = emptyMemory;
  for (const event of events) {
    memory = after(memory, event);
    const known = knownEvent(event);
    const beat = known && planHeartbeat(memory, known);
    if (beat) heard.push(beat.kind);
  }
  return heard;
}

test.each<[string, readonly Envelope[], readonly Heartbeat['kind'][]]>([
  ['one that succeeds', [of('schedule.fired', 'a'), of('backup.completed', 'a')], ['start', 'success']],
  ['one that fails', [of('schedule.fired', 'a'), of('backup.failed', 'a')], ['start', 'fail']],
  [
    'two databases succeed when both did',
    [
      of('schedule.fired', 'a'),
      of('schedule.fired', 'b', 'shop'),
      of('backup.completed', 'a'),
      of('backup.completed', 'b', 'shop'),
    ],
    ['start', 'success'],
  ],
  [
    'two databases, of which one fails',
    [
      of('schedule.fired', 'a'),
      of('schedule.fired', 'b', 'shop'),
      of('backup.failed', 'a'),
      of('backup.completed', 'b', 'shop'),
    ],
    ['start', 'fail'],
  ],
  ['one by hand', [of('backup.completed', 'x')], []],
])('heartbeats: %s', (_what, events, expected) => {
  expect(beats(...events)).toEqual(expected);
});
