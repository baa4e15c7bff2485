import type { EventData } from '@holdfast/contracts';
import type { KnownEvent } from './known-event.ts';
import type { Memory } from './memory.ts';
import { successKey } from './success-key.ts';

const BACKUPS_KEPT = 20;
const RUNS_KEPT = 2_000;

/** What an event adds to the memory. `timeMs` is the event's. */
export function planMemory(
  memory: Memory,
  event: KnownEvent,
  timeMs: number,
  parseMs: (text: string) => number,
): Memory {
  const { database } = event;
  const seen = database === undefined ? memory : withDatabase(memory, database, timeMs);
  if (event.type === 'backup.completed') return withBackup(seen, event.subject, event.data, parseMs);
  if (event.type === 'schedule.fired') return withOccurrence(seen, event.subject, event.data);
  if (event.type === 'validation.completed') {
    const isProven = event.data.verdict === 'proven';
    const ended = withRun(seen, event.subject, isProven ? 'done' : 'failed');
    if (!isProven || database === undefined) return ended;
    const key = successKey({ kind: 'drill', database, schedule: memory.fired[event.subject] });
    return { ...ended, successes: newest(ended.successes, key, timeMs - event.data.durationMs) };
  }
  if (event.type === 'retention.cleanup.completed') return withRun(seen, event.subject, 'done');
  return failures.has(event.type) ? withRun(seen, event.subject, 'failed') : seen;
}

const failures: ReadonlySet<string> = new Set([
  'backup.failed',
  'backup.cancelled',
  'validation.failed',
  'validation.cancelled',
  'retention.cleanup.failed',
]);

function withBackup(
  memory: Memory,
  subject: string,
  { backup, schedule }: EventData<'backup.completed'>,
  parseMs: (text: string) => number,
): Memory {
  const ended = withRun(memory, subject, 'done');
  // A part of a database is not what a schedule waits for.
  if (backup.selection !== undefined) return ended;
  const { run, type, createdAt, sizeBytes, durationMs, database } = backup;
  const key = successKey({ kind: 'backup', database, type, schedule: schedule ?? memory.fired[subject] });
  const before = (memory.earlier[database] ?? []).filter((each) => each.run !== run);
  return {
    ...ended,
    successes: newest(ended.successes, key, parseMs(createdAt)),
    earlier: {
      ...ended.earlier,
      [database]: [...before, { run, type, createdAt, sizeBytes, durationMs }].slice(-BACKUPS_KEPT),
    },
  };
}

const withDatabase = (memory: Memory, database: string, timeMs: number): Memory => ({
  ...memory,
  databases: newest(memory.databases, database, timeMs),
});

const newest = (of: Readonly<Record<string, number>>, key: string, ms: number): Record<string, number> => ({
  ...of,
  [key]: Math.max(of[key] ?? 0, ms),
});

function withOccurrence(
  memory: Memory,
  run: string,
  { schedule, dueAt }: { readonly schedule: string; readonly dueAt: string },
): Memory {
  const present = memory.occurrences[schedule];
  const runs = present?.dueAt === dueAt ? present.runs : {};
  const fired = Object.entries({ ...memory.fired, [run]: schedule }).slice(-RUNS_KEPT);
  return {
    ...memory,
    fired: Object.fromEntries(fired),
    occurrences: {
      ...memory.occurrences,
      [schedule]: { dueAt, runs: { ...runs, [run]: runs[run] ?? 'going' } },
    },
  };
}

function withRun(memory: Memory, run: string, state: 'done' | 'failed'): Memory {
  const schedule = memory.fired[run];
  const present = schedule === undefined ? undefined : memory.occurrences[schedule];
  if (schedule === undefined || present?.runs[run] === undefined) return memory;
  return {
    ...memory,
    occurrences: {
      ...memory.occurrences,
      [schedule]: { ...present, runs: { ...present.runs, [run]: state } },
    },
  };
}
