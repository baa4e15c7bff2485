import type { Schedule, ScheduleFields } from '@holdfast/contracts';

export type Declaring = {
  readonly id: string;
  readonly managedBy: Schedule['managedBy'];
  readonly by: string;
  readonly at: Date;
};

/**
 * The schedule as it is to be stored, new or changed. A new rule, zone or being resumed begins anew: nothing that would
 * have been due before is made up for.
 */
export function declareSchedule(fields: ScheduleFields, declaring: Declaring, previous?: Schedule): Schedule {
  const at = declaring.at.toISOString();
  const goesOn =
    previous !== undefined &&
    previous.enabled &&
    fields.enabled &&
    previous.rule === fields.rule &&
    previous.timezone === fields.timezone;
  return {
    ...fields,
    id: declaring.id,
    managedBy: declaring.managedBy,
    createdAt: previous?.createdAt ?? at,
    updatedAt: at,
    updatedBy: declaring.by,
    activeSince: goesOn ? (previous.activeSince ?? previous.updatedAt) : at,
  };
}

const ABOUT = ['id', 'managedBy', 'createdAt', 'updatedAt', 'updatedBy', 'activeSince'];

/** Names of the fields that differ, for `schedule.updated`; none: nothing is to be done. */
export function changedFields(previous: ScheduleFields, next: ScheduleFields): readonly string[] {
  const [before, after] = [entriesOf(previous), entriesOf(next)];
  const names = new Set([...before.keys(), ...after.keys()].filter((name) => !ABOUT.includes(name)));
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

function entriesOf(fields: ScheduleFields): Map<string, string> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new Map(entries.map(([name, value]) => [name, stable(value)]));
}

/** Two equal values may have their keys in another order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
