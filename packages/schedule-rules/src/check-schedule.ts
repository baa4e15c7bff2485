import { HoldfastError, type ScheduleFields } from '@holdfast/contracts';
import { afterBlackouts } from './blackout.ts';
import { nextDueMs } from './due.ts';
import { isPattern } from './matches-database.ts';
import { parseRule } from './rule.ts';
import { assertZone } from './timing.ts';

/** 1 January 2024, a Monday: any week shows whether blackouts leave a gap. */
const SOME_WEEK = '2024-01-01T00:00:00.000Z';

/** What no schema can say: throws `schedule_invalid` when the schedule could never do what it says. */
export function checkSchedule(
  fields: Pick<ScheduleFields, 'rule' | 'timezone' | 'blackouts' | 'database' | 'action' | 'options'>,
): void {
  parseRule(fields.rule);
  assertZone(fields.timezone);
  const { database } = fields;
  if (!isPattern(database) && !/^[a-z0-9_-]+$/.test(database))
    throw invalid(
      `"${database}" can be no database: ids have lower-case letters, digits, - and _; patterns also * and ?.`,
    );
  if (afterBlackouts(fields, Date.parse(SOME_WEEK)) === undefined)
    throw invalid('Its blackouts leave no time in which it could begin; shorten one.');
  if (nextDueMs({ ...fields, createdAt: SOME_WEEK }, Date.parse(SOME_WEEK)) === undefined)
    throw invalid(`The rule "${fields.rule}" is never due.`);
  if (fields.action !== 'backup' && Object.keys(fields.options).length > 0)
    throw invalid(`Options are of backups alone; a schedule that does a ${fields.action} has none.`);
}

const invalid = (message: string): HoldfastError => new HoldfastError('schedule_invalid', message);
