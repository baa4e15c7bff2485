import { eventSchemas, type Envelope } from '@holdfast/contracts';
import type { DatabaseMemory } from './memory.ts';

/** Enough to fall back on when the newest turn out invalid. */
const GOOD_KEPT = 10;
export const RECENT_KEPT = 20;

const nothing: DatabaseMemory = { good: [], recent: [] };

/** What is known of a database after one more event. Others than those about backups change nothing. */
export function rememberEvent(before: DatabaseMemory = nothing, event: Envelope): DatabaseMemory {
  switch (event.type) {
    case 'backup.completed':
      return completed(before, event);
    case 'backup.failed':
      return { ...before, recent: ['failed' as const, ...before.recent].slice(0, RECENT_KEPT) };
    case 'validation.completed':
      return validated(before, event);
    case 'backup.deleted': {
      const deleted = eventSchemas['backup.deleted'].safeParse(event.data);
      return deleted.success ? without(before, deleted.data.filename) : before;
    }
    default:
      return before;
  }
}

function completed(before: DatabaseMemory, event: Envelope): DatabaseMemory {
  const parsed = eventSchemas['backup.completed'].safeParse(event.data);
  if (!parsed.success) return before;
  const { filename, createdAt: at } = parsed.data.backup;
  // An outcome may be told twice.
  if (before.good.some((each) => each.filename === filename)) return before;
  return {
    ...before,
    good: [{ filename, at }, ...before.good].slice(0, GOOD_KEPT),
    firstGoodAt: before.firstGoodAt ?? at,
    recent: ['completed' as const, ...before.recent].slice(0, RECENT_KEPT),
  };
}

function validated(before: DatabaseMemory, event: Envelope): DatabaseMemory {
  const parsed = eventSchemas['validation.completed'].safeParse(event.data);
  if (!parsed.success) return before;
  const { filename, verdict } = parsed.data;
  if (verdict === 'invalid') return without(before, filename);
  if (verdict !== 'proven') return before;
  return { ...before, proven: { filename, at: event.time } };
}

const without = (before: DatabaseMemory, filename: string): DatabaseMemory => ({
  ...before,
  good: before.good.filter((each) => each.filename !== filename),
});
