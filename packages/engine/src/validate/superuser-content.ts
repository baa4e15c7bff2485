import type { BackupContents, Finding } from '@holdfast/contracts';
import { isSuperuserContent } from '@holdfast/postgres';

const MAX_NAMED = 10;

/** What the dump holds that a drill leaves out, as its owner has no special right; undefined: nothing. */
export function superuserContent({ entries }: Pick<BackupContents, 'entries'>): Finding | undefined {
  const names = entries.flatMap(({ kind, name }) =>
    isSuperuserContent(kind) ? [`${kind.toLowerCase()} ${name}`] : [],
  );
  if (names.length === 0) return undefined;
  const more = names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} more` : '';
  return {
    check: 'superuser content',
    outcome: 'inconclusive',
    detail: `not restored and not compared, as a superuser alone can make it: ${names.slice(0, MAX_NAMED).join(', ')}${more}`,
  };
}

/** The definitions cannot be the same with some of them left out. */
export const withoutThem = (findings: readonly Finding[]): readonly Finding[] =>
  findings.map((finding) =>
    finding.check === 'schema' && finding.outcome === 'failed'
      ? { ...finding, outcome: 'inconclusive', detail: 'not compared, as some definitions were left out' }
      : finding,
  );
