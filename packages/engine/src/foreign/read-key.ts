import { databaseIdSchema, parseBackupName, type Compression, type ForeignBackup } from '@holdfast/contracts';

/** What a key says of a file that we did not make. */
export type ForeignKey = Pick<ForeignBackup, 'key' | 'filename' | 'kind' | 'compression' | 'database'> & {
  /** Milliseconds; undefined when the name has no time. */
  readonly namedAtMs: number | undefined;
};

const NAME = /\.(?<kind>sql|dump|backup)(?<packed>\.gz|\.zst)?$/i;
const PACKED: Readonly<Record<string, Compression>> = { '.gz': 'gzip', '.zst': 'zstd' };
const OWN_GLOBALS = /\.globals\.sql$/;
const TIME =
  /(?<!\d)(?<year>(?:19|20)\d{2})-?(?<month>\d{2})-?(?<day>\d{2})(?:[T_. -]?(?<hour>\d{2})[-:.]?(?<minute>\d{2})(?:[-:.]?(?<second>\d{2}))?)?(?!\d)/;

/**
 * Reads the key of what may be somebody else's backup: at the repository's root or in a database's folder. undefined for
 * everything else, and for all that we write ourselves. `known`: ids of databases that have a folder. Pure.
 */
export function readForeignKey(key: string, known: readonly string[] = []): ForeignKey | undefined {
  const [filename = '', folder, ...deeper] = key.split('/').toReversed();
  const { kind, packed = '' } = NAME.exec(filename)?.groups ?? {};
  if (kind === undefined || deeper.length > 0 || isOurs(filename)) return undefined;
  if (folder !== undefined && !databaseIdSchema.safeParse(folder).success) return undefined;
  const database = folder ?? databaseNamedBy(filename, known);
  return {
    key,
    filename,
    kind: kind.toLowerCase() === 'sql' ? 'plain' : 'custom',
    compression: PACKED[packed.toLowerCase()] ?? 'none',
    ...(database === undefined ? {} : { database }),
    namedAtMs: timeIn(filename),
  };
}

/** Data of ours, also without its manifest, and the roles beside it. */
export const isOurs = (filename: string): boolean =>
  parseBackupName(filename.replace(OWN_GLOBALS, '.dump')) !== undefined;

/** Only a database that is known can be meant: `backup_2023` is no database `backup`. */
function databaseNamedBy(filename: string, known: readonly string[]): string | undefined {
  return known
    .filter((id) => filename.startsWith(id) && /^[._-]/.test(filename.slice(id.length)))
    .reduce<string | undefined>(
      (longest, id) => (id.length > (longest?.length ?? 0) ? id : longest),
      undefined,
    );
}

/** Who wrote a local time does not say of which place: it is taken as UTC. */
function timeIn(filename: string): number | undefined {
  const { year, month, day, hour = '00', minute = '00', second = '00' } = TIME.exec(filename)?.groups ?? {};
  if (year === undefined) return undefined;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const ms = Date.parse(text);
  return Number.isNaN(ms) || new Date(ms).toISOString() !== text ? undefined : ms;
}
