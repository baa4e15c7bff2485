import type { Entry } from '@holdfast/bus';
import { HoldfastError, type Schedule } from '@holdfast/contracts';
import { changedFields, type NamedFields } from '@holdfast/schedule-rules';

export type Declared = { readonly fields: NamedFields; readonly managedBy: 'file' | 'environment' };

export type Change =
  | { readonly change: 'create'; readonly declared: Declared }
  | {
      readonly change: 'update';
      readonly declared: Declared;
      readonly present: Entry<Schedule>;
      readonly fields: readonly string[];
    }
  | { readonly change: 'remove'; readonly present: Entry<Schedule> };

/**
 * What makes the bucket as it is declared. What people made through the API is left alone; a declaration that would take
 * its id is refused as a whole.
 */
export function decideChanges(
  declared: readonly Declared[],
  present: readonly Entry<Schedule>[],
): readonly Change[] {
  const known = new Map(present.map((entry) => [entry.key, entry]));
  const taken = declared
    .map(({ fields }) => fields.id)
    .filter((id) => known.get(id)?.value.managedBy === 'api');
  if (taken.length > 0) {
    throw new HoldfastError(
      'name_taken',
      `The declared schedules are not taken: people made ${taken.join(', ')} themselves; choose other ids, or remove those with "backup-admin schedules remove".`,
    );
  }
  const ids = new Set(declared.map(({ fields }) => fields.id));
  const changes = declared.flatMap((each): readonly Change[] => {
    const entry = known.get(each.fields.id);
    if (!entry) return [{ change: 'create', declared: each }];
    const fields = changedFields(entry.value, each.fields);
    const isSame = fields.length === 0 && entry.value.managedBy === each.managedBy;
    return isSame ? [] : [{ change: 'update', declared: each, present: entry, fields }];
  });
  const gone = present.filter(({ key, value }) => value.managedBy !== 'api' && !ids.has(key));
  return [...changes, ...gone.map((entry): Change => ({ change: 'remove', present: entry }))];
}

/** The file wins over the environment where both have an id. */
export function mergeDeclared(
  environment: readonly NamedFields[],
  file: readonly NamedFields[],
): readonly Declared[] {
  const merged = new Map<string, Declared>();
  for (const fields of environment) merged.set(fields.id, { fields, managedBy: 'environment' });
  for (const fields of file) merged.set(fields.id, { fields, managedBy: 'file' });
  return [...merged.values()];
}
