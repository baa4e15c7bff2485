import type { Manifest, Pin, RunRecord, Verification } from '@holdfast/contracts';
import type { BackupFacts } from '@holdfast/retention-policy';
import { planBases } from './plan-bases.ts';

/** What is known beside the manifests. */
export type Known = {
  readonly verification: ReadonlyMap<string, Verification>;
  readonly pins: ReadonlyMap<string, Pin>;
  /** Runs that are not over. */
  readonly active: readonly RunRecord[];
};

/** What a plan must know of each backup. `manifests`: of one database at one place. */
export function planFacts(manifests: readonly Manifest[], known: Known): readonly BackupFacts[] {
  const bases = planBases(manifests, known.active);
  return manifests.map((manifest) => {
    const { backup, ancestors } = manifest;
    const verified = known.verification.get(backup.name);
    const pin = known.pins.get(backup.name);
    const inUse = usedBy(manifest, known.active) ?? bases.get(backup.name);
    return {
      name: backup.name,
      filename: backup.filename,
      type: backup.type,
      createdAt: backup.createdAt,
      sizeBytes: sizeOf(manifest),
      trigger: backup.trigger,
      ancestors: ancestors.map(({ name }) => name),
      ...(backup.selection ? { part: JSON.stringify(backup.selection) } : {}),
      ...(verified?.provenAt === undefined ? {} : { isProven: true }),
      ...(verified?.lastValidation?.verdict === 'invalid' ? { isBroken: true } : {}),
      ...(pin ? { pin } : {}),
      ...(inUse === undefined ? {} : { inUse }),
    };
  });
}

/** With all that lies beside the data. */
export const sizeOf = ({ data, globals, ids }: Manifest): number =>
  data.sizeBytes + (globals?.sizeBytes ?? 0) + (ids?.sizeBytes ?? 0);

/** Who reads it, in words. A run names what it reads by any name that a backup answers to. */
export function usedBy({ backup }: Manifest, active: readonly RunRecord[]): string | undefined {
  const names = [backup.filename, backup.name, backup.alias, backup.run];
  const run = active.find(({ filename }) => filename !== undefined && names.includes(filename));
  return run && `${run.kind} ${run.id} reads it`;
}
