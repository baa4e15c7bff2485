import type { Schedule } from '@holdfast/contracts';
import { databasesOf, isPattern } from '@holdfast/schedule-rules';
import type { Memory } from '../memory/memory.ts';
import { parseSuccessKey } from '../memory/success-key.ts';

/** What a schedule is to bring about, for one database; without one while none is known that it means. */
export type Expectation = {
  readonly schedule: Schedule;
  readonly action: 'backup' | 'drill';
  readonly database: string | undefined;
};

/** A database that nobody saw for so long was taken away on purpose. */
const FORGOTTEN_MS = 14 * 86_400_000;

export function planExpectations(
  memory: Pick<Memory, 'schedules' | 'databases'>,
  nowMs: number,
): readonly Expectation[] {
  const known = Object.entries(memory.databases)
    .filter(([, seenMs]) => nowMs - seenMs < FORGOTTEN_MS)
    .map(([database]) => database);
  return Object.values(memory.schedules).flatMap((schedule): readonly Expectation[] => {
    const { action } = schedule;
    if (!schedule.enabled || action === 'cleanup') return [];
    const databases = databasesOf(schedule.database, known);
    if (databases.length === 0 && isPattern(schedule.database))
      return [{ schedule, action, database: undefined }];
    return databases.map((database) => ({ schedule, action, database }));
  });
}

export const expectationKey = ({ schedule, database }: Expectation): string =>
  `${schedule.id}.${database ?? '_'}`;

/** When the newest success began that this expectation is content with; undefined: never. */
export function lastSuccessMs(
  { schedule, action, database }: Expectation,
  successes: Memory['successes'],
): number | undefined {
  const times = Object.entries(successes).flatMap(([key, atMs]) => {
    const success = parseSuccessKey(key);
    if (success.kind !== action || (database !== undefined && success.database !== database)) return [];
    // A full is as good as what was asked for; an hourly incremental is not the nightly full.
    const isEnough =
      success.schedule === schedule.id ||
      action === 'drill' ||
      success.type === schedule.type ||
      success.type === 'full';
    return isEnough ? [atMs] : [];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}
