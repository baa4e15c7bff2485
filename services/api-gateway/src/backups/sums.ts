import type { DatabaseView } from '@holdfast/contracts';
import type { KnownBackup } from './catalogue.ts';

type Sum = {
  readonly name: string;
  readonly told: Pick<DatabaseView, 'backups' | 'sizeBytes' | 'lastBackup' | 'lastGood' | 'lastProven'>;
};

const summed = new WeakMap<readonly KnownBackup[], ReadonlyMap<string, Sum>>();

/** What the backups of each database come to, by its id. Worked out once for each catalogue, as it may be long and never changes. */
export function sumsOf(backups: readonly KnownBackup[]): ReadonlyMap<string, Sum> {
  const known = summed.get(backups);
  if (known) return known;
  const sums = new Map(
    [...Map.groupBy(backups, ({ database }) => database)].map(([id, own]) => [id, sumUp(own)]),
  );
  summed.set(backups, sums);
  return sums;
}

function sumUp(own: readonly KnownBackup[]): Sum {
  const [newest] = own;
  const good = own.find(({ lastValidation }) => lastValidation?.verdict !== 'invalid');
  const proven = own.find((backup) => backup.lastProvenAt !== undefined);
  return {
    name: newest?.databaseName ?? '',
    told: {
      backups: own.length,
      sizeBytes: own.reduce((sum, backup) => sum + backup.sizeBytes, 0),
      ...(newest ? { lastBackup: inBrief(newest) } : {}),
      ...(good ? { lastGood: inBrief(good) } : {}),
      ...(proven?.lastProvenAt === undefined
        ? {}
        : { lastProven: { filename: proven.filename, at: proven.lastProvenAt } }),
    },
  };
}

const inBrief = ({ filename, createdAt, sizeBytes }: KnownBackup) => ({ filename, createdAt, sizeBytes });

/** Those that a caller may see; mostly all, which is known without a look at each. */
export function seenOf(
  backups: readonly KnownBackup[],
  sees: (database: string) => boolean,
): readonly KnownBackup[] {
  const hidden = new Set([...sumsOf(backups).keys()].filter((database) => !sees(database)));
  return hidden.size === 0 ? backups : backups.filter(({ database }) => !hidden.has(database));
}
