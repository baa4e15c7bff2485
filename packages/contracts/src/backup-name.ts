import type { BackupType, DatabaseId, RunId } from './ids.ts';
import type { Compression } from './backup.ts';

const COMPRESSED: Readonly<Record<Compression, string>> = { zstd: '.zst', gzip: '.gz', none: '' };
const DATA_NAME =
  /^(?<name>.+?)(?:\.(?<attempt>\d{1,4}))?(?<ending>(?:\.(?:dump|tar)(?:\.zst|\.gz)?|\.hfd)(?:\.age)?)$/;
const NAME =
  /^(?<database>[a-z0-9_-]{1,63})_(?<time>\d{8}T\d{6}Z)_(?<type>full|differential|incremental)_(?<run>[0-9a-f]{8})$/;

export const MANIFEST_ENDING = '.manifest.json';

/** `<database>_<YYYYMMDD>T<HHMMSS>Z_<type>_<last 8 hex digits of the run id>`; the same for every attempt of a run. */
export function backupName(database: DatabaseId, requestedAt: Date, type: BackupType, run: RunId): string {
  const time = requestedAt
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  return `${database}_${time}_${type}_${run.slice(-8)}`;
}

export type DataKind = {
  readonly compression: Compression;
  /** pg_dump's own format [custom]. */
  readonly format?: 'custom' | 'tar' | undefined;
  /** Whether it holds only what its ancestors lack [false]. */
  readonly hasParent?: boolean;
  readonly encrypted?: boolean;
};

/** The data object's file name. The first attempt has the plain name; later ones carry their number, so none is reused. */
export function dataFilename(name: string, attempt: number, kind: DataKind): string {
  const { compression, format = 'custom', hasParent = false, encrypted = false } = kind;
  const dump = `${format === 'tar' ? '.tar' : '.dump'}${COMPRESSED[compression]}`;
  return `${name}${attempt === 1 ? '' : `.${attempt}`}${hasParent ? '.hfd' : dump}${encrypted ? '.age' : ''}`;
}

export type ParsedName = { readonly name: string; readonly database: DatabaseId; readonly type: BackupType };

/** Reads `name`, any of its data file names or its manifest's; undefined when the name is not one of ours. */
export function parseBackupName(filename: string): ParsedName | undefined {
  const stem = filename.endsWith(MANIFEST_ENDING)
    ? filename.slice(0, -MANIFEST_ENDING.length)
    : (DATA_NAME.exec(filename)?.groups?.['name'] ?? filename);
  const groups = NAME.exec(stem)?.groups;
  if (!groups) return undefined;
  return { name: stem, database: groups['database'] ?? '', type: groups['type'] as BackupType }; // the pattern allows only these
}
