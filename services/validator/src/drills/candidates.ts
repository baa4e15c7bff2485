import type { ValidatorDependencies } from '../dependencies.ts';
import type { DrillCandidate, Known } from './plan-drills.ts';

export type Candidates = { readonly backups: readonly DrillCandidate[]; readonly known: Known };

/** What can be drilled, of one database or of all, and what is known of it. */
export async function loadCandidates(
  { repository, verifications }: Pick<ValidatorDependencies, 'repository' | 'verifications'>,
  database?: string,
): Promise<Candidates> {
  const entries = await repository.list(database === undefined ? {} : { database });
  const backups = entries.flatMap(({ manifest }) => {
    if (!manifest) return [];
    const { selection, ...backup } = manifest.backup;
    return [{ ...backup, isPartial: selection !== undefined }];
  });
  return {
    backups,
    known: new Map((await verifications.entries()).map(({ key, value }) => [key, value])),
  };
}
