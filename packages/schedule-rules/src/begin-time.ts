import type { Schedule } from '@holdfast/contracts';
import { afterBlackouts } from './blackout.ts';
import { jitterOf } from './jitter.ts';

/** When an occurrence is begun for one database: its due time and jitter, put off to the end of a blackout. */
export function beginTimeMs(
  schedule: Pick<Schedule, 'id' | 'jitterMs' | 'timezone' | 'blackouts'>,
  dueMs: number,
  database: string,
): number {
  const beginMs = dueMs + jitterOf(schedule, database);
  return afterBlackouts(schedule, beginMs) ?? beginMs;
}
