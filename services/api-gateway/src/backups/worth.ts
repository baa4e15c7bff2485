import { eventSchemas, type Backup, type RunRecord } from '@holdfast/contracts';

/** What validations said of a backup. */
export type Worth = Pick<Backup, 'lastValidation' | 'lastProvenAt'>;

/** The worth of each backup, by its name, from the validations among the runs in any order. Pure. */
export function worthsOf(records: readonly RunRecord[]): ReadonlyMap<string, Worth> {
  const worths = new Map<string, Worth>();
  const ended = records.filter((record) => record.kind === 'validation' && record.state === 'completed');
  for (const record of ended.sort((a, b) => (a.endedAt ?? '').localeCompare(b.endedAt ?? ''))) {
    const result = eventSchemas['validation.completed'].safeParse(record.outcome?.data).data;
    const at = record.endedAt;
    if (!result || at === undefined) continue;
    const { name, level, verdict } = result;
    worths.set(name, {
      ...worths.get(name),
      lastValidation: { at, level, verdict },
      ...(verdict === 'proven' ? { lastProvenAt: at } : {}),
    });
  }
  return worths;
}

/** Of each backup the newer verdict and the newer proof. Pure. */
export function mergeWorths(
  one: ReadonlyMap<string, Worth>,
  other: ReadonlyMap<string, Worth>,
): ReadonlyMap<string, Worth> {
  const merged = new Map(one);
  for (const [name, worth] of other) {
    const known = merged.get(name) ?? {};
    const isNewer = (worth.lastValidation?.at ?? '') > (known.lastValidation?.at ?? '');
    const isNewerProof = (worth.lastProvenAt ?? '') > (known.lastProvenAt ?? '');
    merged.set(name, {
      ...known,
      ...(isNewer ? { lastValidation: worth.lastValidation } : {}),
      ...(isNewerProof ? { lastProvenAt: worth.lastProvenAt } : {}),
    });
  }
  return merged;
}
