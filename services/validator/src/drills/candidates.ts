import type { Verification } from '@holdfast/contracts';
import type { ValidatorDependencies } from '../dependencies.ts';
import type { DrillCandidate } from './plan-drills.ts';

/** What can be drilled, of one database or of all, with what is known of it. */
export async function loadCandidates(
  { repository, verifications }: Pick<ValidatorDependencies, 'repository' | 'verifications'>,
  database?: string,
): Promise<readonly DrillCandidate[]> {
  const entries = await repository.list(database === undefined ? {} : { database });
  const known = new Map((await verifications.entries()).map(({ key, value }) => [key, value]));
  return entries.flatMap(({ manifest }) => {
    if (!manifest) return [];
    const { name, filename, run, createdAt, selection, database: of } = manifest.backup;
    const verification = known.get(name);
    return [
      {
        name,
        filename,
        run,
        database: of,
        createdAtMs: Date.parse(createdAt),
        isPartial: selection !== undefined,
        drilledAtMs: drilledAtOf(verification),
        isProven: verification?.provenAt !== undefined,
      },
    ];
  });
}

function drilledAtOf({ lastValidation, provenAt }: Partial<Verification> = {}): number {
  const last = lastValidation?.level === 'restore' ? Date.parse(lastValidation.at) : 0;
  return Math.max(last, provenAt === undefined ? 0 : Date.parse(provenAt));
}
