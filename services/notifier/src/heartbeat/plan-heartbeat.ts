import type { KnownEvent } from '../memory/known-event.ts';
import type { Memory } from '../memory/memory.ts';

export type Heartbeat = { readonly schedule: string; readonly kind: 'start' | 'success' | 'fail' };

/**
 * What a watcher outside is to hear, after `event` is in the memory. An occurrence succeeded when all of its databases did,
 * and failed with the first that did not.
 */
export function planHeartbeat(memory: Memory, event: KnownEvent): Heartbeat | undefined {
  if (event.type === 'schedule.fired') {
    const { schedule } = event.data;
    const runs = Object.keys(memory.occurrences[schedule]?.runs ?? {});
    return runs.length === 1 ? { schedule, kind: 'start' } : undefined;
  }
  const schedule = memory.fired[event.subject];
  const present = schedule === undefined ? undefined : memory.occurrences[schedule];
  const state = present?.runs[event.subject];
  if (schedule === undefined || !present || !endsRuns.has(event.type)) return undefined;
  if (state === 'failed') return { schedule, kind: 'fail' };
  return Object.values(present.runs).every((each) => each === 'done')
    ? { schedule, kind: 'success' }
    : undefined;
}

const endsRuns: ReadonlySet<string> = new Set([
  'backup.completed',
  'backup.failed',
  'backup.cancelled',
  'validation.completed',
  'validation.failed',
  'validation.cancelled',
  'retention.cleanup.completed',
  'retention.cleanup.failed',
]);
