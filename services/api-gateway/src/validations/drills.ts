import { HoldfastError, type DatabaseId, type DrillView, type Verification } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';

/** What drills found out, a line for each database, by id. Pure. */
export function viewDrills(verified: readonly Verification[]): readonly DrillView[] {
  return [...Map.groupBy(verified, ({ database }) => database)]
    .map(([database, own]): DrillView => {
      const drilled = own.flatMap(({ filename, lastValidation }) =>
        lastValidation?.level === 'restore'
          ? [{ filename, at: lastValidation.at, verdict: lastValidation.verdict }]
          : [],
      );
      const proven = own.flatMap(({ filename, provenAt: at, recoveryMs }) =>
        at === undefined ? [] : [{ filename, at, ...(recoveryMs === undefined ? {} : { recoveryMs }) }],
      );
      const last = newest(drilled);
      const proof = newest(proven);
      return { database, ...(last ? { last } : {}), ...(proof ? { proven: proof } : {}) };
    })
    .sort((a, b) => a.database.localeCompare(b.database));
}

const newest = <T extends { readonly at: string }>(all: readonly T[]): T | undefined =>
  all.toSorted((a, b) => b.at.localeCompare(a.at))[0];

/** What a drill restores. Throws backup_not_found. */
export async function newestOf(deps: GatewayDependencies, database: DatabaseId): Promise<string> {
  const [backup] = (await deps.catalogue(database)).backups;
  if (backup) return backup.filename;
  const message = `${database} has no backup yet that could be restored for a drill; make one first.`;
  throw new HoldfastError('backup_not_found', message);
}
