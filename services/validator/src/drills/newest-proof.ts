import type { Verification } from '@holdfast/contracts';

type Known = { readonly name: string } & Pick<Verification, 'database' | 'provenAt' | 'lastProofAt'>;

/** Names the newest proof of a database, one that was taken back too; it changes with each new one alone. */
export function newestProof(known: readonly Known[], database: string): string | undefined {
  const proofs = known.flatMap((each) => {
    const at = each.lastProofAt ?? each.provenAt;
    return each.database === database && at !== undefined ? [{ name: each.name, at }] : [];
  });
  const [newest] = proofs.toSorted((a, b) => b.at.localeCompare(a.at));
  return newest && `${newest.name}@${newest.at}`;
}
