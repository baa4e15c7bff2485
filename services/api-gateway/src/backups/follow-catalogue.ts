import {
  eventSchemas,
  parseBackupName,
  type BackupSummary,
  type Envelope,
  type EventData,
} from '@holdfast/contracts';
import { byAge, type Catalogue, type KnownBackup } from './catalogue.ts';
import { mergeWorths, type Worth } from './worth.ts';

/** What events say of the catalogue. */
export type News = {
  /** Backups that came or went: the storage says which. */
  readonly touched: ReadonlySet<string>;
  readonly worths: ReadonlyMap<string, Worth>;
  /** Something that only another reading of the storage shows. */
  readonly isBeyondNames: boolean;
};

/** The events that change what there is, and the backup that each names. */
const NAMING = {
  'backup.completed': (data: EventData<'backup.completed'>) => data.backup.name,
  'backup.deleted': (data: EventData<'backup.deleted'>) => data.name,
  'backup.missing': (data: EventData<'backup.missing'>) => data.name,
  'backup.repaired': (data: EventData<'backup.repaired'>) => data.name,
  'backup.rewrapped': (data: EventData<'backup.rewrapped'>) => data.name,
  // Files that are not ours have no name that says where they are.
  'backup.upload_received': () => undefined,
  'backup.discovered': () => undefined,
} as const;

function nameIn(type: keyof typeof NAMING, data: unknown): string | undefined {
  const checked = eventSchemas[type].safeParse(data);
  // The schema is the type's own.
  return checked.success ? (NAMING[type] as (data: unknown) => string | undefined)(checked.data) : undefined;
}

/** Pure. */
export function newsOf(events: readonly Envelope[]): News {
  const touched = new Set<string>();
  let worths: ReadonlyMap<string, Worth> = new Map();
  let isBeyondNames = false;
  const isOurs = (name: string | undefined): name is string =>
    name !== undefined && parseBackupName(name) !== undefined;
  for (const { type, data, time: at } of events) {
    if (Object.hasOwn(NAMING, type)) {
      const name = nameIn(type as keyof typeof NAMING, data); // as just looked up
      if (isOurs(name)) touched.add(name);
      else isBeyondNames = true;
    } else if (type === 'validation.completed') {
      const result = eventSchemas[type].safeParse(data).data;
      if (!result) continue;
      const { name, level, verdict } = result;
      if (!isOurs(name)) isBeyondNames = true;
      const lastValidation = { at, level, verdict };
      const worth = { lastValidation, ...(verdict === 'proven' ? { lastProvenAt: at } : {}) };
      worths = mergeWorths(worths, new Map([[name, worth]]));
    }
  }
  return { touched, worths, isBeyondNames };
}

/** The catalogue after the news. `look`: the backup as the storage has it now; undefined: it has none. */
export async function withNews(
  catalogue: Catalogue,
  news: News,
  look: (name: string) => Promise<BackupSummary | undefined>,
): Promise<Catalogue> {
  const { touched, worths } = news;
  if (touched.size === 0 && worths.size === 0) return catalogue;
  const old = new Map<string, Worth>(
    catalogue.backups.flatMap((backup) =>
      touched.has(backup.name) || worths.has(backup.name) ? [[backup.name, worthIn(backup)]] : [],
    ),
  );
  const merged = mergeWorths(old, worths);
  const present: KnownBackup[] = [];
  for (const name of touched) {
    const backup = await look(name);
    if (backup) present.push({ ...backup, ...merged.get(name) });
  }
  const others = catalogue.backups.flatMap((backup) => {
    if (touched.has(backup.name)) return [];
    return worths.has(backup.name) ? [{ ...backup, ...merged.get(backup.name) }] : [backup];
  });
  const backups = present.length === 0 ? others : [...present, ...others].sort(byAge);
  return { ...catalogue, backups };
}

const worthIn = ({ lastValidation, lastProvenAt }: KnownBackup): Worth => ({
  ...(lastValidation ? { lastValidation } : {}),
  ...(lastProvenAt === undefined ? {} : { lastProvenAt }),
});
