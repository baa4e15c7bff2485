import { HoldfastError, type DatabaseId, type RunRecord, type Schedule } from '@holdfast/contracts';
import { isPattern, matchesDatabase } from '@holdfast/schedule-rules';
import { createHash } from 'node:crypto';
import type { GatewayDependencies } from '../dependencies.ts';
import type { CallContext } from '../http/handler.ts';
import { askForRun, type Wish } from '../runs/ask.ts';
import { newestOf } from '../validations/drills.ts';

/**
 * Asks now for what an occurrence would do, a run for each database. Its own occurrences stay as they are: these runs are
 * not derived from a due time.
 */
export async function runNow(
  deps: GatewayDependencies,
  context: CallContext,
  schedule: Schedule,
): Promise<readonly RunRecord[]> {
  const databases = await databasesOf(deps, schedule);
  const runs: RunRecord[] = [];
  for (const database of databases) {
    const asked = await askForRun(deps, keyedBy(context, database), {
      operation: 'runSchedule',
      request: { schedule: schedule.id, database },
      prepare: () => wishOf(deps, context.caller.name, schedule, database),
    });
    runs.push(asked);
  }
  return runs;
}

/** A caller's one key stands for a run of each database. */
function keyedBy(context: CallContext, database: DatabaseId): CallContext {
  const { idempotencyKey: key } = context;
  if (key === undefined) return context;
  return { ...context, idempotencyKey: createHash('sha256').update(`${key}\n${database}`).digest('hex') };
}

/**
 * What an occurrence would mean: databases of workers that are there, and of those that were within a week. While no worker
 * lives a schedule of one database is taken at its word, and its run waits for a worker.
 */
async function databasesOf(deps: GatewayDependencies, schedule: Schedule): Promise<readonly DatabaseId[]> {
  const [all, remembered] = await Promise.all([deps.presence(), deps.schedules.remembered(deps.now())]);
  const presences = all.filter(({ service }) => service === 'backup-worker');
  const present = presences.flatMap(({ databases }) => databases.map(({ id }) => id));
  const known = [...new Set([...present, ...remembered])].sort();
  const matching = known.filter((id) => matchesDatabase(schedule.database, id));
  if (matching.length > 0) return matching;
  if (presences.length === 0 && !isPattern(schedule.database)) return [schedule.database];
  const there = known.length === 0 ? 'no worker has a database' : `there is ${known.join(', ')}`;
  const message = `The schedule "${schedule.id}" is for "${schedule.database}", and no database matches that: ${there}.`;
  throw new HoldfastError('database_unknown', message);
}

async function wishOf(
  deps: GatewayDependencies,
  by: string,
  schedule: Schedule,
  database: DatabaseId,
): Promise<Wish> {
  switch (schedule.action) {
    case 'backup': {
      const { id, type, description, options } = schedule;
      const data = { type, trigger: 'manual', description, schedule: id, by, ...options };
      return { kind: 'backup', database, type: 'backup.requested', data };
    }
    case 'drill': {
      const filename = await newestOf(deps, database);
      const data = { filename, level: 'restore' as const, by };
      return { kind: 'validation', database, type: 'validation.requested', data };
    }
    case 'cleanup':
      return { kind: 'cleanup', database, type: 'retention.cleanup.requested', data: { force: false, by } };
    default:
      return schedule.action satisfies never;
  }
}
