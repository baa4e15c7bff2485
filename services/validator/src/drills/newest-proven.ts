import type { Verification } from '@holdfast/contracts';

/** Of one database: the backup whose proof is the newest. */
export const newestProven = (
  known: readonly ({ readonly name: string } & Pick<Verification, 'database' | 'provenAt'>)[],
  database: string,
): string | undefined =>
  known
    .filter((each) => each.database === database && each.provenAt !== undefined)
    .toSorted((a, b) => (b.provenAt ?? '').localeCompare(a.provenAt ?? ''))[0]?.name;
